import { InvalidArgumentError } from "commander";
import { NoteError, parseVerifierKey } from "../../share/note/note.ts";
import type { NoteVerifier } from "../../share/note/note.ts";

/** Of an option: a key as it is given out, of this type and no other. */
export function verifier(type: NoteVerifier["type"]): (text: string) => NoteVerifier {
  return (text) => {
    try {
      const key = parseVerifierKey(text);
      if (key.type === type) return key;
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      throw new InvalidArgumentError(`${error.message}.`);
    }
    throw new InvalidArgumentError("it is a key for something else.");
  };
}

/** Of an option that can be given more than once. */
export function allOf<T>(parse: (text: string) => T): (text: string, before: readonly T[]) => readonly T[] {
  return (text, before) => [...before, parse(text)];
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError("give a whole number.");
  return Number(text);
}
