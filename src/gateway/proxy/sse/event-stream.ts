/*
 * Server-sent events as WHATWG HTML, 9.2.5 and 9.2.6, defines them: UTF-8 lines that end in CR, LF or CRLF; a blank line ends an
 * event. An event is kept with the bytes that it came in, so that one that nobody changes leaves as it came.
 */

const LF = 0x0a;
const CR = 0x0d;
const lineEnd = /\r\n|\n|\r/;

/** One event, or a comment, or a lone blank line. */
export interface StreamEvent {
  /** All its bytes, the blank line included. */
  readonly raw: Buffer;
  /** The `data` lines joined by LF; null where there are none, and the event is nothing to its reader. */
  readonly data: string | null;
}

export interface EventStream {
  /** The events that this piece of the stream completes. Pieces may end anywhere, also within a character or a CRLF. */
  push(chunk: Buffer): readonly StreamEvent[];
  /** What the stream ended in without a blank line. The standard drops it; not all clients do. */
  finish(): StreamEvent | null;
}

/** An event that passes `eventBytesMax` throws `EventTooLong`: nothing else bounds what a stream makes its reader hold. */
export function createEventStream(eventBytesMax: number): EventStream {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let lineIsEmpty = true;
  let afterReturn = false;
  let isFirst = true;

  const hold = (piece: Buffer): void => {
    heldBytes += piece.length;
    if (heldBytes > eventBytesMax) throw new EventTooLong(eventBytesMax);
    if (piece.length > 0) held.push(piece);
  };
  const take = (): StreamEvent => {
    const [only = Buffer.alloc(0)] = held;
    const raw = held.length <= 1 ? only : Buffer.concat(held, heldBytes);
    held = [];
    heldBytes = 0;
    const event = { raw, data: dataOf(raw, isFirst) };
    isFirst = false;
    return event;
  };

  return {
    push(chunk) {
      const events: StreamEvent[] = [];
      let start = 0;
      for (let at = 0; at < chunk.length; at++) {
        const byte = chunk[at];
        // The second half of a CRLF ends no line of its own.
        const completesReturn = byte === LF && afterReturn;
        afterReturn = byte === CR;
        if (completesReturn) continue;
        if (byte !== LF && byte !== CR) {
          lineIsEmpty = false;
          continue;
        }
        if (lineIsEmpty) {
          // Where the LF of a last CRLF is still on its way, it goes to the next event as an empty line: nobody has to wait.
          const end = byte === CR && chunk[at + 1] === LF ? at + 2 : at + 1;
          hold(chunk.subarray(start, end));
          events.push(take());
          start = end;
        }
        lineIsEmpty = true;
      }
      hold(chunk.subarray(start));
      return events;
    },
    finish: () => (heldBytes === 0 ? null : take()),
  };
}

/** The event with other data, in one line; its other lines stay. `data` must hold no line end, as JSON.stringify's text does not. */
export function withData(event: StreamEvent, data: string): Buffer {
  const text = event.raw.toString("utf8");
  const end = lineEnd.exec(text)?.[0] ?? "\n";
  const lines = text.split(lineEnd);
  const first = lines.findIndex(isData);
  const others = lines.filter((line, at) => at === first || !isData(line));
  return Buffer.from(others.map((line) => (isData(line) ? `data: ${data}` : line)).join(end));
}

/** Thrown where one event of a stream is longer than its reader is willing to hold. */
export class EventTooLong extends Error {
  override readonly name = "EventTooLong";

  constructor(eventBytesMax: number) {
    super(`an event of the stream has more than ${eventBytesMax} bytes`);
  }
}

function dataOf(raw: Buffer, isFirst: boolean): string | null {
  const text = raw.toString("utf8");
  const lines = (isFirst ? withoutMark(text) : text).split(lineEnd).filter(isData);
  return lines.length === 0 ? null : lines.map(valueOf).join("\n");
}

const withoutMark = (text: string): string => (text.startsWith("\u{FEFF}") ? text.slice(1) : text);
const isData = (line: string): boolean => line === "data" || line.startsWith("data:");
const valueOf = (line: string): string => line.slice(line.startsWith("data: ") ? 6 : 5);
