import { systemClock } from "../../src/kit/clock.ts";
import { systemSecureRandom } from "../../src/kit/secure-random.ts";
import { loadRistretto255 } from "../../src/share/group/ristretto255.ts";
import { noteSigner } from "../../src/share/note/note.ts";
import { identifierText } from "../../src/share/overlap/identifier.ts";
import { nextEpoch } from "../../src/share/query/epochs.ts";
import { evaluateDirectly } from "../../src/share/query/oprf.ts";
import { openSnapshot, sealSnapshot } from "../../src/share/query/snapshot.ts";
import { quantile } from "../gateway/quantile.ts";

// Targets.
const millisecondsMax = 5;
const lookUps = 2_000;

/** Look-ups in a whole snapshot, half of them of what is in it. Whether they were fast enough. */
export async function measureLookUps(entries: number): Promise<boolean> {
  const group = await loadRistretto255();
  const nowMs = systemClock.nowMs();
  const epoch = nextEpoch(null, nowMs, systemSecureRandom);
  const signer = noteSigner("hub.example/query", "note", systemSecureRandom.bytes(32));
  const identifier = (i: number) => ({ kind: "email", value: `c${i}@example.com` }) as const;
  const start = performance.now();
  const sealed = await sealSnapshot(
    { group, random: systemSecureRandom, signer, epoch, nowMs },
    Array.from({ length: entries }, (_, i) => ({ identifier: identifier(i), content: Buffer.from(`seen ${i}`) })),
  );
  const sealedPerSecond = entries / ((performance.now() - start) / 1_000);
  const snapshot = openSnapshot(sealed, signer, nowMs);
  const outputs = Array.from({ length: lookUps }, (_, i) =>
    evaluateDirectly(group, epoch.key, Buffer.from(identifierText(identifier(entries - lookUps / 2 + i)))),
  );
  const times = outputs.map((output, i) => {
    const began = performance.now();
    const isFound = snapshot.find(output) !== null;
    const time = performance.now() - began;
    if (isFound !== i < lookUps / 2) throw new Error("the snapshot does not hold what it was made of");
    return time;
  });
  times.sort((one, other) => one - other);
  const p99 = quantile(times, 0.99);
  console.log(`Look-ups in a snapshot of ${entries} entries (at most ${millisecondsMax} ms)`);
  console.log(`  p50 ${quantile(times, 0.5).toFixed(3)} ms, p99 ${p99.toFixed(3)} ms`);
  console.log(`  sealed at ${Math.round(sealedPerSecond)} entries a second`);
  return p99 <= millisecondsMax;
}
