import { BoundedBytes } from "./bounded-bytes.ts";

/** One JSON value of a stream, unparsed; `bytes` is null where it passed the limit. */
export interface SplitValue {
  readonly line: number;
  readonly bytes: Buffer | null;
  readonly length: number;
  /** False where the stream ended inside it. */
  readonly closed: boolean;
  readonly inArray: boolean;
}

const byte = {
  quote: 0x22,
  backslash: 0x5c,
  comma: 0x2c,
  newline: 0x0a,
  openBrace: 0x7b,
  closeBrace: 0x7d,
  openBracket: 0x5b,
  closeBracket: 0x5d,
} as const;

/**
 * Cuts a byte stream into its JSON values without parsing them: values one after another, and the elements of an array
 * one by one, so that an array of any length passes in bounded memory. It only looks at brackets, commas and strings;
 * whether a value is JSON is for the parser to say.
 */
export class JsonSplitter {
  private readonly collected = new BoundedBytes();
  private line = 1;
  private startLine = 0;
  private depth = 0;
  private inArray = false;
  private inString = false;
  private escaped = false;
  private readonly valueBytesMax: number;
  private readonly elementBytesMax: number;

  constructor(limits: { readonly valueBytesMax: number; readonly elementBytesMax: number }) {
    this.valueBytesMax = limits.valueBytesMax;
    this.elementBytesMax = limits.elementBytesMax;
  }

  get elementOrValueBytesMax(): number {
    return this.inArray ? this.elementBytesMax : this.valueBytesMax;
  }

  *push(chunk: Uint8Array): Generator<SplitValue> {
    let start = this.startLine > 0 ? 0 : -1;
    for (let at = 0; at < chunk.length; at++) {
      const current = chunk[at] ?? 0;
      if (current === byte.newline) this.line += 1;
      if (this.inString) {
        this.stepInString(current);
        continue;
      }
      if (this.depth === 0 && this.endsBefore(current)) {
        if (start >= 0) yield this.end(chunk.subarray(start, at), true);
        start = -1;
        if (!this.opensValue(current)) continue;
      }
      if (start < 0) {
        if (current <= 0x20) continue;
        start = at;
        this.startLine = this.line;
      }
      if (this.step(current)) {
        yield this.end(chunk.subarray(start, at + 1), true);
        start = -1;
      }
    }
    if (start >= 0) this.collected.append(chunk.subarray(start), this.elementOrValueBytesMax);
  }

  /** The value, or the array, that the stream ended in. */
  *finish(): Generator<SplitValue> {
    const cut = this.depth > 0 || this.inString || this.inArray;
    if (this.startLine === 0) {
      if (this.inArray) yield { line: this.line, bytes: Buffer.alloc(0), length: 0, closed: false, inArray: true };
      return;
    }
    yield this.end(new Uint8Array(0), !cut);
  }

  private stepInString(current: number): void {
    if (this.escaped) this.escaped = false;
    else if (current === byte.backslash) this.escaped = true;
    else if (current === byte.quote) this.inString = false;
  }

  /** Whether a byte between values ends what was being collected; brackets of the outer array are taken here. */
  private endsBefore(current: number): boolean {
    if (this.inArray) return current === byte.comma || current === byte.closeBracket;
    if (this.startLine > 0) {
      return current === byte.newline || current === byte.openBrace || current === byte.openBracket;
    }
    return current === byte.openBracket;
  }

  /** After `endsBefore`: true where the byte belongs to the next value. */
  private opensValue(current: number): boolean {
    if (this.inArray) {
      if (current === byte.closeBracket) this.inArray = false;
      return false;
    }
    if (current === byte.openBracket) this.inArray = true;
    return current === byte.openBrace;
  }

  /** True where the byte closes the value that it belongs to. */
  private step(current: number): boolean {
    if (current === byte.quote) this.inString = true;
    else if (current === byte.openBrace || current === byte.openBracket) this.depth += 1;
    else if ((current === byte.closeBrace || current === byte.closeBracket) && this.depth > 0) {
      this.depth -= 1;
      return this.depth === 0;
    }
    return false;
  }

  private end(piece: Uint8Array, closed: boolean): SplitValue {
    this.collected.append(piece, this.elementOrValueBytesMax);
    const value = { ...this.collected.take(), line: this.startLine, closed, inArray: this.inArray };
    this.startLine = 0;
    return value;
  }
}
