// Limits.
/** What is nested more deeply is for others to look at. */
const depthMax = 64;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** What was looked at is not JSON, or not plain enough to be told at a glance. */
const NOWHERE = -1;

/**
 * Whether bytes are one object in JSON (RFC 8259) that has, at its top, each of these names once, with a text that is not empty.
 * No value is made, and so nothing that has to be collected as garbage, which costs more than all the rest when there are many
 * lines a second. Where it says no, look closely: an escape in a name at the top and deep nesting are beyond it. That texts
 * are in UTF-8 is for the caller to know.
 * @param names in UTF-8
 * @param wanted a name whose text is told, if there is one and all else is well
 */
export function isObjectWithTexts(
  bytes: Uint8Array,
  names: readonly Uint8Array[],
  wanted?: { readonly name: Uint8Array; text: string | null },
): boolean {
  let at = afterSpace(bytes, 0);
  if (bytes[at] !== OPEN_BRACE) return false;
  let found = 0;
  do {
    const name = afterSpace(bytes, at + 1);
    const value = afterName(bytes, name);
    if (value === NOWHERE || hasEscape(bytes, name, value)) return false;
    for (let index = 0; index < names.length; index++) {
      if (!isName(bytes, name, names[index]!)) continue;
      const bit = 1 << index;
      if ((found & bit) !== 0 || bytes[value] !== QUOTE || bytes[value + 1] === QUOTE) return false;
      found |= bit;
    }
    const end = afterValue(bytes, value, 0);
    if (end === NOWHERE) return false;
    if (wanted !== undefined && isName(bytes, name, wanted.name)) {
      if (wanted.text !== null || hasEscape(bytes, value, end)) return false;
      if (bytes[value] === QUOTE) wanted.text = utf8.decode(bytes.subarray(value + 1, end - 1));
    }
    at = afterSpace(bytes, end);
  } while (bytes[at] === COMMA);
  return bytes[at] === CLOSE_BRACE && found === (1 << names.length) - 1 && afterSpace(bytes, at + 1) === bytes.length;
}

/** Whether a name stands at a quotation mark. */
function isName(bytes: Uint8Array, at: number, name: Uint8Array): boolean {
  if (bytes[at + 1 + name.length] !== QUOTE) return false;
  for (let i = 0; i < name.length; i++) if (bytes[at + 1 + i] !== name[i]) return false;
  return true;
}

function hasEscape(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
}

/** From the name's quotation mark to where its value begins. */
function afterName(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE) return NOWHERE;
  const end = afterString(bytes, at + 1);
  if (end === NOWHERE) return NOWHERE;
  const colon = afterSpace(bytes, end);
  return bytes[colon] === COLON ? afterSpace(bytes, colon + 1) : NOWHERE;
}

function afterValue(bytes: Uint8Array, at: number, depth: number): number {
  switch (bytes[at]) {
    case QUOTE:
      return afterString(bytes, at + 1);
    case OPEN_BRACE:
      return afterItems(bytes, at + 1, depth + 1, CLOSE_BRACE);
    case OPEN_BRACKET:
      return afterItems(bytes, at + 1, depth + 1, CLOSE_BRACKET);
    case TRUE[0]:
      return afterWord(bytes, at, TRUE);
    case FALSE[0]:
      return afterWord(bytes, at, FALSE);
    case NULL[0]:
      return afterWord(bytes, at, NULL);
    default:
      return afterNumber(bytes, at);
  }
}

/** The rest of an object or an array, from behind what opened it. */
function afterItems(bytes: Uint8Array, from: number, depth: number, close: number): number {
  if (depth > depthMax) return NOWHERE;
  let at = afterSpace(bytes, from);
  if (bytes[at] === close) return at + 1;
  for (;;) {
    const value = close === CLOSE_BRACE ? afterName(bytes, at) : at;
    if (value === NOWHERE) return NOWHERE;
    const end = afterValue(bytes, value, depth);
    if (end === NOWHERE) return NOWHERE;
    at = afterSpace(bytes, end);
    if (bytes[at] === close) return at + 1;
    if (bytes[at] !== COMMA) return NOWHERE;
    at = afterSpace(bytes, at + 1);
  }
}

/** From behind the quotation mark that begins it. */
function afterString(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    // Nearly all of a line is passed here. Once it has read behind an end, V8 compiles it slower for all lines that follow.
    while (at < bytes.length && isPlain[bytes[at]!] === 1) at++;
    if (bytes[at] === QUOTE) return at + 1;
    if (bytes[at] !== BACKSLASH) return NOWHERE;
    const escaped = bytes[at + 1] ?? 0;
    if (escaped === LOWER_U) {
      for (let digit = at + 2; digit < at + 6; digit++) if (!isHexDigit(bytes[digit] ?? 0)) return NOWHERE;
      at += 6;
    } else if (isEscaped[escaped] === 1) at += 2;
    else return NOWHERE;
  }
}

function afterNumber(bytes: Uint8Array, from: number): number {
  const start = bytes[from] === MINUS ? from + 1 : from;
  // A zero stands alone before the point.
  let at = bytes[start] === ZERO ? start + 1 : afterDigits(bytes, start);
  if (at !== NOWHERE && bytes[at] === POINT) at = afterDigits(bytes, at + 1);
  if (at === NOWHERE || (bytes[at]! | LOWER_CASE) !== LOWER_E) return at;
  return afterDigits(bytes, bytes[at + 1] === PLUS || bytes[at + 1] === MINUS ? at + 2 : at + 1);
}

/** One digit at least. */
function afterDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at] ?? 0)) at++;
  return at === from ? NOWHERE : at;
}

function afterWord(bytes: Uint8Array, at: number, word: Uint8Array): number {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return NOWHERE;
  return at + word.length;
}

function afterSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && isSpace[bytes[at]!] === 1) at++;
  return at;
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= 0x39;

function isHexDigit(byte: number): boolean {
  const lower = byte | LOWER_CASE;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66);
}

const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LOWER_E = 0x65;
const LOWER_U = 0x75;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** The bit that tells letters of either case apart in ASCII. */
const LOWER_CASE = 0x20;
const TRUE = Buffer.from("true");
const FALSE = Buffer.from("false");
const NULL = Buffer.from("null");

/** By byte: 1 where it stands for itself in a string. */
const isPlain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < SPACE || byte === QUOTE || byte === BACKSLASH ? 0 : 1,
);
/** By byte: 1 where it may stand between values. */
const isSpace = Uint8Array.from({ length: 256 }, (_, byte) => (" \t\r\n".includes(String.fromCharCode(byte)) ? 1 : 0));
/** By byte: 1 where it may follow a backslash, `u` aside. */
const isEscaped = Uint8Array.from({ length: 256 }, (_, byte) =>
  '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0,
);
