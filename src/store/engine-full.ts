import { errorCode } from "../kit/error-code.ts";
import { UnavailableError } from "../kit/unavailable-error.ts";

/** The disk of the engine's folder is full. What was to be written may be there in part; what is there can be read. */
export class EngineFullError extends UnavailableError {
  override readonly name = "EngineFullError";
}

// Codes of ClickHouse (src/Common/ErrorCodes.cpp).
const notEnoughSpace = "243";
/** Those whose messages give the number of the error that the system reported. */
const writingFailed = new Set(["74", "75", "76", "1001"]);
/** ENOSPC and EDQUOT, as the engine writes them. */
const systemFull = /errno: (?:28|122)\b|No space left on device/;

/**
 * For an error of the engine, or of a file on its way there: throws an `EngineFullError` where the disk is full, else the error. A
 * message alone says nothing, since it may quote what somebody sent.
 */
export function rethrowFull(error: unknown): never {
  if (!isFull(error)) throw error;
  const hint = "make room there: what was acknowledged waits in the spool, and is taken in again by itself";
  throw new EngineFullError("the disk of the engine is full", hint, { cause: error });
}

function isFull(error: unknown): boolean {
  const code = errorCode(error) ?? "";
  if (["ENOSPC", "EDQUOT", notEnoughSpace].includes(code)) return true;
  return writingFailed.has(code) && error instanceof Error && systemFull.test(error.message);
}
