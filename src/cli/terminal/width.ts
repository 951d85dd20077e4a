import stringWidth from "string-width";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Columns that a text takes on a terminal: wide characters count two, styles none. */
export function columnsOf(text: string): number {
  return stringWidth(text);
}

/** The text in exactly that many columns: filled with spaces, or cut at a whole character and ended with `…`. */
export function fit(text: string, columns: number, align: "left" | "right" = "left"): string {
  const width = columnsOf(text);
  if (width <= columns) {
    const space = " ".repeat(columns - width);
    return align === "left" ? text + space : space + text;
  }
  let kept = "";
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = used + columnsOf(segment);
    if (next > columns - 1) break;
    kept += segment;
    used = next;
  }
  return columns > 0 ? `${kept}…${" ".repeat(columns - 1 - used)}` : "";
}

/** Lines of at most that many columns, broken at spaces; a longer word stands alone on its line. */
export function wrap(text: string, columns: number, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && columnsOf(indent + longer) > columns) {
      lines.push(indent + line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, indent + line].join("\n");
}
