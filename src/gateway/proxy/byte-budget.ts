// Limits.
/** What a piece costs beside its bytes: a stream may come in very small ones. */
const pieceBytes = 128;

/** A number of bytes that many share; what is taken must be given back. */
export interface ByteBudget {
  /** False, and nothing is taken, where so much is not left. */
  take(bytes: number): boolean;
  give(bytes: number): void;
  readonly taken: number;
}

/** One limit for what all requests hold together: limits of each alone would add up to more than there is. */
export function createByteBudget(bytesMax: number): ByteBudget {
  let taken = 0;
  return {
    take(bytes) {
      if (taken + bytes > bytesMax) return false;
      taken += bytes;
      return true;
    },
    give(bytes) {
      taken -= bytes;
    },
    get taken() {
      return taken;
    },
  };
}

/** What one request holds of a budget: pieces until a limit, and then all of it given back at once. */
export interface Holding {
  /** False where the limit of this holding or the budget is reached; the piece is not kept then. */
  add(piece: Buffer): boolean;
  bytes(): Buffer;
  /** May be called more than once. */
  release(): void;
}

export function createHolding(budget: ByteBudget, bytesMax: number): Holding {
  let pieces: Buffer[] = [];
  let held = 0;
  return {
    add(piece) {
      const bytes = piece.length + pieceBytes;
      if (held + bytes > bytesMax || !budget.take(bytes)) return false;
      held += bytes;
      pieces.push(piece);
      return true;
    },
    bytes: () => (pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces)),
    release() {
      budget.give(held);
      held = 0;
      pieces = [];
    },
  };
}
