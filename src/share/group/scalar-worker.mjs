// @ts-check
// A scalar in a thread of its own, in which it is drawn, used and overwritten: see session-scalar.ts.
// JavaScript, since a worker starts from its file as it is, in tests (which run the sources) as in the build.
import { parentPort } from "node:worker_threads";
import sodium from "libsodium-wrappers-sumo";
import { libsodiumHeap } from "./libsodium-heap.mjs";

await sodium.ready;
const [elementBytes, hashBytes] = [sodium.crypto_core_ristretto255_BYTES, sodium.crypto_core_ristretto255_HASHBYTES];
const scalar = sodium.crypto_core_ristretto255_scalar_random();

/** @param {Uint8Array} hash */
const blind = (hash) => sodium.crypto_scalarmult_ristretto255(scalar, sodium.crypto_core_ristretto255_from_hash(hash));

/** @param {Uint8Array} element */
function multiply(element) {
  // libsodium takes the identity, all zeros, for a valid element, and multiplies it in vain.
  if (sodium.is_zero(element) || !sodium.crypto_core_ristretto255_is_valid_point(element)) return null;
  return sodium.crypto_scalarmult_ristretto255(scalar, element);
}

/**
 * Null: one of them is no element.
 * @param {Uint8Array} bytes
 * @param {number} length of each item
 * @param {(item: Uint8Array) => Uint8Array | null} work
 */
function each(bytes, length, work) {
  const count = bytes.length / length;
  const done = new Uint8Array(count * elementBytes);
  for (let at = 0; at < count; at++) {
    const element = work(bytes.subarray(at * length, (at + 1) * length));
    if (element === null) return null;
    done.set(element, at * elementBytes);
  }
  return done;
}

parentPort?.on(
  "message",
  (/** @type {{ kind: "blind" | "multiply", bytes: Uint8Array } | { kind: "destroy" }} */ request) => {
    if (request.kind === "destroy") {
      sodium.memzero(scalar);
      // Each call has left a copy of the scalar on libsodium's own heap, of which nothing is needed any more.
      libsodiumHeap().fill(0);
      parentPort?.close();
      return;
    }
    const { kind, bytes } = request;
    parentPort?.postMessage(kind === "blind" ? each(bytes, hashBytes, blind) : each(bytes, elementBytes, multiply));
  },
);
parentPort?.postMessage("ready");
