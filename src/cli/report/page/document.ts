import { createHash } from "node:crypto";
import { html, type Markup, trusted } from "./markup.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

/** A flat line of water under a still's drop. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#b4400c" d="M16 3c5 7 8 10.6 8 15a8 8 0 0 1-16 0c0-4.4 3-8 8-15z"/><path stroke="#77746d" stroke-width="2.5" stroke-linecap="round" d="M3 29h26"/></svg>`;

export interface DocumentParts {
  readonly title: string;
  /** What it is and of when, beside the name. */
  readonly edition: string;
  /** The words of the link to the main part. */
  readonly skip: string;
  /** On top of the common style. */
  readonly style: string;
  readonly main: Markup;
  readonly footer: Markup;
}

/** One self-contained page in the house's look: light and dark, nothing from the network. */
export function renderDocument({ title, edition, skip, style, main, footer }: DocumentParts): string {
  const styles = STYLE + style;
  const policy = [
    "default-src 'none'",
    `style-src '${hash(styles)}'`,
    `script-src '${hash(SCRIPT)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const body: Markup = html`<a class="skip" href="#main">${skip}</a>
    <header class="masthead">
      <p class="brand">${trusted(logo())}Stillwatch</p>
      <p class="edition">${edition}</p>
      <button type="button" class="theme" hidden>Theme: system</button>
    </header>
    <main id="main" tabindex="-1">${main}</main>
    <footer>
      <p>${footer}</p>
    </footer>
    <div id="tip" hidden></div>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}" />
        ${trusted(`<style>${styles}</style>`)} ${trusted(`<script>${SCRIPT}</script>`)}
      </head>
      <body>
        ${body}
      </body>
    </html> `.text;
}

function logo(): string {
  return ICON.replace("<svg ", '<svg class="logo" aria-hidden="true" width="22" height="22" ');
}

/** A source expression of Content Security Policy Level 3, section 2.3.1. */
function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
