import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameHeaderBytes, framed, framesIn } from "./frame.ts";

const records = fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 8 });
const segmentOf = (list: readonly Uint8Array[]): Buffer => Buffer.concat(list.flatMap((record) => framed(record)));
const plain = (list: readonly Uint8Array[]): number[][] => list.map((record) => [...record]);

describe("frames", () => {
  it("give back what was framed", () => {
    fc.assert(
      fc.property(records, (list) => {
        const frames = framesIn(segmentOf(list));
        expect(plain(frames.records)).toEqual(plain(list));
        expect(frames).toMatchObject({ bytes: segmentOf(list).length, ending: "end" });
      }),
    );
  });

  it("that were cut anywhere give the whole ones before the cut, and nothing else", () => {
    fc.assert(
      fc.property(records, fc.nat(), (list, seed) => {
        const bytes = segmentOf(list);
        const cut = bytes.subarray(0, seed % (bytes.length + 1));
        const frames = framesIn(cut);
        expect(plain(frames.records)).toEqual(plain(list.slice(0, frames.records.length)));
        expect(frames.bytes).toBeLessThanOrEqual(cut.length);
        expect(frames.ending).toBe(frames.bytes === cut.length ? "end" : "cut");
      }),
    );
  });

  it("stop at a byte that changed, wherever it stands", () => {
    fc.assert(
      fc.property(
        records.filter((list) => list.length > 0),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (list, seed, change) => {
          const bytes = segmentOf(list);
          const at = seed % bytes.length;
          bytes[at] = (bytes[at] ?? 0) ^ change;
          const frames = framesIn(bytes);
          expect(frames.bytes).toBeLessThanOrEqual(at);
          expect(frames.ending).not.toBe("end");
          expect(plain(frames.records)).toEqual(plain(list.slice(0, frames.records.length)));
        },
      ),
    );
  });

  it("are never made of zeros, as a file that grew before a crash has them", () => {
    expect(framesIn(Buffer.alloc(100))).toMatchObject({ records: [], bytes: 0, ending: "damaged" });
  });

  it("say how much is needed to tell more", () => {
    const [header, record] = framed(Buffer.from("twelve bytes"));
    expect(framesIn(header)).toMatchObject({ ending: "cut", frameBytes: frameHeaderBytes + record.length });
    expect(framesIn(header.subarray(0, 3))).toMatchObject({ ending: "cut", frameBytes: frameHeaderBytes });
  });

  it("of nothing are refused", () => {
    expect(() => framed(new Uint8Array(0))).toThrow(RangeError);
  });
});
