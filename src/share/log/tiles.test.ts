import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashesAt, packBundle, tilePath, tilesBetween, unpackBundle } from "./tiles.ts";
import type { Tile } from "./tiles.ts";

describe("tiles", () => {
  // C2SP tlog-tiles: the index of its example, and its tree of 70,000.
  it.each<[Tile, string]>([
    [{ level: 0, index: 1_234_067, width: 256 }, "tile/0/x001/x234/067"],
    [{ level: 5, index: 0, width: 256 }, "tile/5/000"],
    [{ level: 1, index: 999, width: 17 }, "tile/1/999.p/17"],
    [{ level: "entries", index: 1_000, width: 1 }, "tile/entries/x001/000.p/1"],
  ])("lie where the specification says", (tile, path) => {
    expect(tilePath(tile)).toBe(path);
  });

  it("of a tree are those of the specification's example", () => {
    const widths = (level: number) => tilesBetween(level, 0, 70_000).map(({ width }) => width);
    expect([widths(0).length, widths(0).at(-2), widths(0).at(-1)]).toEqual([274, 256, 112]);
    expect(widths(1)).toEqual([256, 17]);
    expect(widths(2)).toEqual([1]);
    expect(widths(3)).toEqual([]);
    expect([tilesBetween(0, 0, 256), tilesBetween(1, 0, 256)].flat().map(tilePath)).toEqual([
      "tile/0/000",
      "tile/1/000.p/1",
    ]);
  });

  it("that change between two sizes are those that hold a new hash", () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(2_000), fc.nat(2), (from, more, level) => {
        const to = from + more;
        const tiles = tilesBetween(level, from, to);
        const [before, after] = [hashesAt(level, from), hashesAt(level, to)];
        expect(tiles.every(({ index, width }) => index * 256 + width > before && index * 256 + width <= after)).toBe(
          true,
        );
        expect(tiles.length > 0).toBe(after > before);
        expect(tiles.slice(0, -1).every(({ width }) => width === 256)).toBe(true);
      }),
    );
  });
});

describe("a bundle", () => {
  it("gives back what was put in", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 20 }), (entries) => {
        expect(unpackBundle(packBundle(entries))?.map((entry) => [...entry])).toEqual(
          entries.map((entry) => [...entry]),
        );
      }),
    );
  });

  it("is none where it is cut", () => {
    const bundle = packBundle([Buffer.from("one"), Buffer.from("two")]);
    const cuts = Array.from({ length: bundle.length }, (_, at) => unpackBundle(bundle.subarray(0, at)));
    expect(cuts.map((entries) => entries?.length ?? null)).toEqual([
      0,
      null,
      null,
      null,
      null,
      1,
      null,
      null,
      null,
      null,
    ]);
  });

  it("takes no entry over the limit", () => {
    expect(() => packBundle([new Uint8Array(16_385)])).toThrow(RangeError);
  });
});
