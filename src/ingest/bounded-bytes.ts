/** Collects the pieces of one text, and only counts them once they pass the limit. */
export class BoundedBytes {
  #pieces: Uint8Array[] = [];
  #length = 0;

  append(piece: Uint8Array, bytesMax: number): void {
    if (piece.length === 0) return;
    this.#length += piece.length;
    if (this.#length > bytesMax) this.#pieces = [];
    else this.#pieces.push(piece);
  }

  /** What was collected, null where it passed the limit, and its length; the next text begins. */
  take(): { readonly bytes: Buffer | null; readonly length: number } {
    const pieces = this.#pieces;
    const length = this.#length;
    const held = pieces.reduce((sum, piece) => sum + piece.length, 0);
    this.#pieces = [];
    this.#length = 0;
    return { bytes: held === length ? joined(pieces) : null, length };
  }
}

/** The words for a piece of a log over its limit. Lengths in bytes. */
export function tooLong(what: string, bytes: number, bytesMax: number): string {
  const mebibytes = bytesMax / 2 ** 20;
  const limit = Number.isInteger(mebibytes) ? `${mebibytes} MiB` : `${bytesMax} bytes`;
  return `${what} of ${bytes} bytes is longer than ${limit}`;
}

function joined(pieces: readonly Uint8Array[]): Buffer {
  const [first] = pieces;
  if (first === undefined) return Buffer.alloc(0);
  return pieces.length === 1 ? Buffer.from(first.buffer, first.byteOffset, first.byteLength) : Buffer.concat(pieces);
}
