/**
 * Characters that a name out of a log must not bring to a terminal or a page: controls (C0, DEL, C1), line and paragraph
 * separators, invisible and bidirectional formatting (Unicode TR 36, section 3), and halves of surrogate pairs.
 */
// oxlint-disable-next-line no-control-regex -- finding control characters is the whole point
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;

/** The text with every such character spelled out as `\u{1b}`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}
