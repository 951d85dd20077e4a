import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  NoteError,
  noteSigner,
  parseNote,
  parseVerifierKey,
  signNote,
  verifiedSignature,
  verifierKey,
} from "./note.ts";

// The example of C2SP signed-note.
const exampleKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const example = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;

const signer = noteSigner("ours.example/log", "note", new Uint8Array(32).fill(7));

describe("a signed note", () => {
  it("of the specification is right, as is its key", () => {
    const key = parseVerifierKey(exampleKey);
    expect(verifierKey(key)).toBe(exampleKey);
    expect(verifiedSignature(parseNote(example), key)).not.toBeNull();
  });

  it("of ours is read by who knows us, and says nothing to who does not", () => {
    const note = parseNote(signNote("text\n\nwith an empty line\n", signer));
    expect(note.text).toBe("text\n\nwith an empty line\n");
    expect(verifiedSignature(note, parseVerifierKey(verifierKey(signer)))).not.toBeNull();
    expect(verifiedSignature(note, parseVerifierKey(exampleKey))).toBeNull();
  });

  it("is refused where a signature by a known key is wrong", () => {
    const key = parseVerifierKey(exampleKey);
    expect(() => verifiedSignature(parseNote(example.replace("message", "massage")), key)).toThrow(NoteError);
  });

  it("stands no change of any byte", () => {
    const note = Buffer.from(signNote("origin\n1\n", signer));
    fc.assert(
      fc.property(fc.nat(note.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const altered = Buffer.from(note);
        altered[at] = (altered[at] ?? 0) ^ change;
        const isRight = (): boolean => {
          try {
            return verifiedSignature(parseNote(altered.toString("utf8")), signer) !== null;
          } catch (error) {
            if (error instanceof NoteError) return false;
            throw error;
          }
        };
        expect(isRight()).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ["no signature", "text\n"],
    ["no newline at its end", example.slice(0, -1)],
    ["a control character", `a\tb\n\n${example.split("\n\n")[1]}`],
    ["a line that is no signature", `${example}nothing\n`],
    ["base64 that is not the usual form", example.replace("aQM=", "aQN=")],
    ["a signature that is shorter than its key's id", "text\n\n— name AAAA\n"],
    ["too many signatures", `text\n\n${example.split("\n\n")[1]?.repeat(65)}`],
    ["too much of all", `${"a".repeat(70_000)}\n\n— name AAAAAAAA\n`],
  ])("is refused with %s", (_what, note) => {
    expect(() => parseNote(note)).toThrow(NoteError);
  });

  it("is never anything but a note or a NoteError", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("\n", "— ", "a", "AAAAAAAA", " ", "=", "\u0000", "é") }),
        (text) => {
          const signatures = (): number => {
            try {
              return parseNote(text).signatures.length;
            } catch (error) {
              if (error instanceof NoteError) return 1;
              throw error;
            }
          };
          expect(signatures()).toBeGreaterThan(0);
        },
      ),
    );
  });

  it.each(["", "with space", "with+plus", "with\nline"])("has no signer of the name %j", (name) => {
    expect(() => noteSigner(name, "note", new Uint8Array(32))).toThrow(RangeError);
  });

  it.each([
    exampleKey.replace("530d903a", "530d903b"),
    exampleKey.replace("AekyeR", "BekyeR"),
    exampleKey.slice(0, -4),
    "",
    "a+b",
  ])("has no key %j", (key) => {
    expect(() => parseVerifierKey(key)).toThrow(NoteError);
  });
});
