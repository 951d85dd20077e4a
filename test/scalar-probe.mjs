// @ts-check
// Runs the thread of a session's scalar, and looks in its memory for the scalar: see session-scalar.test.ts of src/share/group.
import { parentPort, workerData } from "node:worker_threads";
import sodium from "libsodium-wrappers-sumo";
import { libsodiumHeap } from "../src/share/group/libsodium-heap.mjs";

if (!(workerData instanceof SharedArrayBuffer)) throw new TypeError("started without room for what is found");
/** After each message: bytes of the scalar where it was drawn, copies of it on libsodium's heap. */
const found = new Int32Array(workerData);

await sodium.ready;
const scalar = sodium.crypto_core_ristretto255_scalar_random();
const value = Buffer.from(scalar);
Object.assign(sodium, { crypto_core_ristretto255_scalar_random: () => scalar });
await import("../src/share/group/scalar-worker.mjs");

let at = 0;
parentPort?.on("message", () => {
  found[at++] = scalar.filter((byte) => byte !== 0).length;
  found[at++] = copiesOnHeap();
});

function copiesOnHeap() {
  const heap = Buffer.from(libsodiumHeap().buffer);
  // What manages the heap writes over the first eight bytes of what is given back.
  const rest = value.subarray(8);
  let copies = 0;
  for (let start = heap.indexOf(rest); start !== -1; start = heap.indexOf(rest, start + 1)) copies += 1;
  return copies;
}
