import { printable } from "../../terminal/printable.ts";

/** Text that is HTML already. Only `html` and `trusted` make it. */
export interface Markup {
  readonly kind: "markup";
  readonly text: string;
}

export type Content = Markup | string | number | null | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Safe as an element's text and within a quoted attribute; control and bidirectional characters are spelled out. */
function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** The fixed parts of each template with the source's indentation taken out. */
const fixedParts = new WeakMap<TemplateStringsArray, readonly string[]>();

/** A template of HTML or SVG. Every value is escaped unless it is markup itself; lists are joined, `null` is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let parts = fixedParts.get(strings);
  if (parts === undefined) {
    parts = strings.map((part) => part.replace(/\s*\n\s*/g, "\n"));
    fixedParts.set(strings, parts);
  }
  let text = parts[0]!;
  for (let i = 0; i < values.length; i++) text += render(values[i]!) + parts[i + 1]!;
  return { kind: "markup", text };
}

/** Names with their values, as a list of the given class. */
export function definitionList(
  className: string,
  entries: readonly { readonly name: string; readonly value: string }[],
): Markup {
  return html`<dl class="${className}">
    ${entries.map(
      ({ name, value }) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** For our own constants, never for anything that was read. */
export function trusted(text: string): Markup {
  return { kind: "markup", text };
}

function render(value: Content): string {
  if (value === null) return "";
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return decimal(value);
  if ("kind" in value) return value.text;
  return value.map(render).join("");
}

/** At most two decimals: enough for a pixel, short, and the same on every machine. */
function decimal(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Cut at a whole character, with `…`. */
export function clip(text: string, charactersMax: number): string {
  const characters = Array.from(text.slice(0, 4 * charactersMax));
  return characters.length <= charactersMax
    ? characters.join("")
    : `${characters.slice(0, charactersMax - 1).join("")}…`;
}
