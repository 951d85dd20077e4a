import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEventStream, EventTooLong, withData } from "./event-stream.ts";
import type { StreamEvent } from "./event-stream.ts";

const eventBytesMax = 4096;

function read(chunks: readonly Buffer[]): StreamEvent[] {
  const stream = createEventStream(eventBytesMax);
  const events = chunks.flatMap((chunk) => [...stream.push(chunk)]);
  const rest = stream.finish();
  return rest === null ? events : [...events, rest];
}

const dataIn = (events: readonly StreamEvent[]): string[] =>
  events.flatMap((event) => (event.data === null ? [] : [event.data]));

/** Cuts at every position that a number of the list names, so that a cut may fall within a character or a CRLF. */
function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [...new Set(cuts.map((position) => position % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [...at, bytes.length].map((end, i) => bytes.subarray(at[i - 1] ?? 0, end));
}

const end = fc.constantFrom("\n", "\r", "\r\n");
const cuts = fc.array(fc.nat(), { maxLength: 12 });
/** Any text without line ends, among it characters of one to four bytes. */
const value = fc
  .string({ unit: "binary", maxLength: 12 })
  .map((text) => Buffer.from(text.replaceAll(/[\r\n]/g, "")).toString("utf8"));
const line = fc.oneof(
  value.map((text) => `data: ${text}`),
  value.map((text) => `data:${text}`),
  fc.constantFrom("data", "event: delta", "id: 7", ": keep-alive", "retry: 10", "unknown"),
);
const block = fc.tuple(fc.array(line, { maxLength: 4 }), end).map(([lines, eol]) => [...lines, ""].join(eol) + eol);
const document = fc.array(block, { maxLength: 6 }).map((blocks) => blocks.join(""));

describe("createEventStream", () => {
  it("reads the standard's own example", () => {
    // WHATWG HTML, 9.2.6
    const text =
      "data: YHOO\ndata: +2\ndata: 10\n\n: test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n";
    expect(dataIn(read([Buffer.from(text)]))).toEqual(["YHOO\n+2\n10", "first event", "second event", " third event"]);
  });

  it("gives an event when its blank line is there, not later", () => {
    const stream = createEventStream(eventBytesMax);
    expect(stream.push(Buffer.from("data: a\r\n\r"))).toHaveLength(1);
    expect(dataIn(stream.push(Buffer.from("\ndata: b\r\n\r\n")))).toEqual(["b"]);
  });

  it("passes over a byte order mark before the first event only", () => {
    expect(dataIn(read([Buffer.from("\u{FEFF}data: a\n\n\u{FEFF}data: b\n\n")]))).toEqual(["a"]);
  });

  it("gives what was left without a blank line", () => {
    expect(dataIn(read([Buffer.from("data: a\n\ndata: b")]))).toEqual(["a", "b"]);
  });

  it("loses and adds no byte, whatever comes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), cuts, (bytes, at) => {
        const whole = Buffer.from(bytes);
        expect(Buffer.concat(read(cut(whole, at)).map((event) => event.raw))).toEqual(whole);
      }),
    );
  });

  it("reads the same wherever the stream was cut", () => {
    fc.assert(
      fc.property(document, cuts, (text, at) => {
        const whole = Buffer.from(text);
        expect(dataIn(read(cut(whole, at)))).toEqual(dataIn(read([whole])));
      }),
    );
  });

  it("reads what the standard's line-by-line algorithm reads", () => {
    fc.assert(
      fc.property(document, cuts, (text, at) => {
        expect(dataIn(read(cut(Buffer.from(text), at)))).toEqual(referenceData(text));
      }),
    );
  });

  it("holds no more of an event than it was allowed to", () => {
    const stream = createEventStream(8);
    expect(stream.push(Buffer.from("data: 1\n"))).toEqual([]);
    expect(() => stream.push(Buffer.from("data: 2"))).toThrow(EventTooLong);
  });
});

describe("withData", () => {
  it("leaves the other lines and the way that lines end", () => {
    const [event] = read([Buffer.from("event: delta\r\ndata: {\r\ndata: }\r\nid: 7\r\n\r\n")]);
    expect(event && withData(event, "[]").toString()).toBe("event: delta\r\ndata: []\r\nid: 7\r\n\r\n");
  });

  it("is read back as it was written", () => {
    fc.assert(
      fc.property(block, fc.json(), (text, json) => {
        const changed = read([Buffer.from(text)]).map((event) =>
          event.data === null ? event.raw : withData(event, JSON.stringify(json)),
        );
        const data = dataIn(read(changed));
        expect(data).toEqual(data.map(() => JSON.stringify(json)));
      }),
    );
  });
});

/** WHATWG HTML, 9.2.6, as it is written there: lines first, then fields, dispatch on a blank line. */
function referenceData(text: string): string[] {
  const found: string[] = [];
  let data: string[] = [];
  const lines = text.replace(/^\u{FEFF}/u, "").split(/\r\n|\n|\r/);
  for (const one of lines) {
    if (one === "") {
      if (data.length > 0) found.push(data.join("\n"));
      data = [];
      continue;
    }
    const colon = one.indexOf(":");
    const name = colon < 0 ? one : one.slice(0, colon);
    const rest = colon < 0 ? "" : one.slice(colon + 1);
    if (name === "data") data.push(rest.startsWith(" ") ? rest.slice(1) : rest);
  }
  return found;
}
