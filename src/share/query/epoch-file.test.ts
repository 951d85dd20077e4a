import { mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemSecureRandom } from "../../kit/secure-random.ts";
import { openEpochs } from "./epoch-file.ts";

const startMs = Date.parse("2026-11-20T00:00:00Z");
const weekMs = 7 * 86_400_000;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-epochs-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("an epoch goes on over a restart, for its owner's eyes", () => {
  const path = join(folder, "restart");
  const epoch = openEpochs(path, systemSecureRandom)(startMs);
  expect(openEpochs(path, systemSecureRandom)(startMs + weekMs - 1)).toEqual(epoch);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("at its end another key follows, and the old one is nowhere any more", () => {
  const path = join(folder, "end");
  const epochAt = openEpochs(path, systemSecureRandom);
  const first = epochAt(startMs);
  const secret = Buffer.from(first.key.secret).toString("base64");
  const open = openSync(path, "r");
  const second = epochAt(startMs + weekMs);
  expect(second.number).toBe(first.number + 1);
  expect(second.key.public).not.toEqual(first.key.public);
  expect([...first.key.secret].every((byte) => byte === 0)).toBe(true);
  expect(readFileSync(path, "utf8")).not.toContain(secret);
  const bytes = Buffer.alloc(1_024);
  const read = readSync(open, bytes, 0, bytes.length, 0);
  expect(read).toBeGreaterThan(0);
  expect(bytes.every((byte) => byte === 0)).toBe(true);
});

test("what is no key is refused, and nothing of it is said", () => {
  const path = join(folder, "bad");
  writeFileSync(path, '{"secret":"hush"}');
  expect(() => openEpochs(path, systemSecureRandom)).toThrow(/^(?!.*hush).*holds no key for queries/);
});
