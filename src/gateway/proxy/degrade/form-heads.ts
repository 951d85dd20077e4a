import { LineUnreadable } from "./line-filter.ts";

// Limits.
/** Of a line that is looked at: the heads of parts are short. */
const lineCharactersMax = 1024;

/** The encodings that leave lines as they are (RFC 2045, 6.2); RFC 7578 (4.7) has dropped them all, and some servers undo them still. */
const coded = /^content-transfer-encoding\s*:\s*(?!7bit|8bit|binary)\S/i;

/** Looks through a form as it passes. Throws `LineUnreadable` at a part whose head says that its content is written in base64 or the like. */
export type FormHeads = (chunk: Buffer) => void;

/** null: the body is no form in parts. */
export function createFormHeads(contentType: string): FormHeads | null {
  const [, quoted, bare] = /^multipart\/.*;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return null;
  let line = "";
  let isHead = false;

  function endLine(): void {
    const text = line.trim();
    line = "";
    if (text.startsWith(`--${boundary}`)) isHead = true;
    else if (text === "") isHead = false;
    else if (isHead && coded.test(text)) throw new LineUnreadable();
  }

  return (chunk) => {
    const lines = chunk.toString("latin1").split("\n");
    lines.forEach((piece, at) => {
      line += piece.slice(0, lineCharactersMax - line.length);
      if (at < lines.length - 1) endLine();
    });
  };
}
