import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DossierManifest } from "../../model/dossier.ts";
import { chainFaults, manifestOf } from "./manifest.ts";

const header = {
  schema: "https://stillwatch.dev/schemas/dossier-manifest-1.json",
  campaign: "C1",
  written: "2026-08-31T00:00:00.000Z",
  version: "0.1.0",
} as const;
const files = ["dossier.json", "audit.ndjson", "dossier.pdf"].map((path) => ({
  path,
  bytes: Buffer.from(`${path}\n`),
}));
const manifest = manifestOf(header, files);

/** What somebody could do to a manifest. */
const forgeries: readonly [name: string, forge: (given: DossierManifest) => DossierManifest][] = [
  ["the campaign", (given) => ({ ...given, campaign: "C2" })],
  ["the time", (given) => ({ ...given, written: "2026-09-01T00:00:00.000Z" })],
  ["the order", ({ files: [a, b, ...rest], ...given }) => ({ ...given, files: [b!, a!, ...rest] })],
  ["one left out", ({ files: [a, , ...rest], ...given }) => ({ ...given, files: [a!, ...rest] })],
  ["the last left out", (given) => ({ ...given, files: given.files.slice(0, -1) })],
  ["a digest", (given) => ({ ...given, files: given.files.map((file) => ({ ...file, sha256: given.head })) })],
  ["a length", (given) => ({ ...given, files: given.files.map((file) => ({ ...file, bytes: 1 })) })],
  ["the head", (given) => ({ ...given, head: given.files[0]!.hash })],
];

describe("a manifest", () => {
  test("chains the files, and its head is the last hash", () => {
    expect(chainFaults(manifest)).toEqual([]);
    expect(manifest.head).toBe(manifest.files.at(-1)?.hash);
    expect(manifest.files.slice(1).map(({ previous }) => previous)).toEqual(
      manifest.files.slice(0, -1).map(({ hash }) => hash),
    );
  });

  test.each(forgeries)("shows that somebody changed %s", (_, forge) => {
    expect(chainFaults(forge(manifest))).not.toEqual([]);
  });

  test("has another head for other bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(2), (bytes, at) => {
        const other = files.map((file, i) => (i === at ? { ...file, bytes } : file));
        expect(manifestOf(header, other).head).not.toBe(manifest.head);
      }),
    );
  });
});
