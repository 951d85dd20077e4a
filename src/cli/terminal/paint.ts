import { styleText } from "node:util";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Puts a style around a text, or leaves it alone where the stream shows no colour. */
export type Paint = (style: Style, text: string) => string;

export interface PaintEnvironment {
  readonly NO_COLOR?: string | undefined;
  readonly FORCE_COLOR?: string | undefined;
  readonly TERM?: string | undefined;
}

/** FORCE_COLOR decides where it is set, as in Node itself; then NO_COLOR (no-color.org); then whether a person looks. */
export function hasColor(stream: { readonly isTTY?: boolean }, environment: PaintEnvironment): boolean {
  const { FORCE_COLOR: force, NO_COLOR: none, TERM: term } = environment;
  if (force !== undefined) return force !== "0" && force !== "false";
  if (none !== undefined && none !== "") return false;
  return stream.isTTY === true && term !== "dumb";
}

export function createPaint(color: boolean): Paint {
  if (!color) return (_style, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}
