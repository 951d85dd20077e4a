import PdfKit from "pdfkit";
import { createTypesetter } from "./typeset.ts";
import type { Line, Style, Typesetter } from "./typeset.ts";

/*
 * Pages of flowing text that a screen reader can follow: what is said is marked as heading, paragraph, table or figure; rules, bars and
 * page numbers are marked as decoration. The same calls always give the same bytes.
 */

export const COLORS = {
  ink: "#1b1a18",
  soft: "#5b574f",
  line: "#ddd8cc",
  panel: "#f5f2eb",
  track: "#e8e3d8",
  accent: "#b4400c",
  calm: "#1f5f8b",
} as const;
export type Color = keyof typeof COLORS;

// Points.
const page = { width: 595.28, height: 841.89, left: 62, right: 62, top: 64, bottom: 72 };
const bodySize = 9.8;
const leading = 1.38;
/** What a heading wants below it on its page. */
const headingCompany = 70;

const HEADINGS = {
  1: { size: 25, above: 0, below: 8 },
  2: { size: 15.5, above: 26, below: 6 },
  3: { size: 11, above: 14, below: 3 },
} as const;

export interface SheetFacts {
  readonly title: string;
  readonly subject: string;
  /** At the foot of each page, beside its number. */
  readonly foot: string;
  readonly written: Date;
}

/** An element of the structure. */
export type Part = PDFKit.PDFStructureElement;

export interface Prose {
  heading(level: keyof typeof HEADINGS, text: string): void;
  paragraph(text: string, style?: Partial<Style> & { readonly color?: Color }): void;
  bullets(texts: readonly string[]): void;
  /** Points. */
  gap(points: number): void;
}

export interface Pen {
  /** Of the text, in points. */
  readonly width: number;
  readonly left: number;
  readonly typesetter: Typesetter;
  y(): number;
  moveTo(y: number): void;
  /** A new page, unless there is so much room on this one. True where it is a new one. */
  room(points: number): boolean;
  /** A part of the structure: at the end, or within another. */
  part(tag: string, options?: PDFKit.Mixins.StructureElementOptions, parent?: Part): Part;
  /** Draws what belongs to a part. */
  content(parent: Part, draw: () => void): void;
  /** Draws what says nothing. */
  decoration(draw: () => void): void;
  /** Lines from a height on, not broken over pages. */
  write(lines: readonly Line[], at: Placement): void;
  rect(x: number, y: number, width: number, height: number, color: Color): void;
}

export interface Sheet extends Pen, Prose {
  end(): Promise<Uint8Array>;
}

export interface Placement extends Style {
  readonly x: number;
  readonly y: number;
  readonly color?: Color;
  /** To its right end, instead of its left. */
  readonly right?: number;
}

export const lineHeight = (size: number): number => size * leading;

export function createSheet({ title, subject, foot, written }: SheetFacts): Sheet {
  const document = openDocument({ title, subject, written });
  const pen = createPen(document);
  return {
    ...pen,
    ...createProse(pen, (chapter) => document.outline.addItem(chapter)),
    async end() {
      pen.root.end();
      numberPages(document, pen, foot);
      return collected(document);
    },
  };
}

/** Puts things in their places, and says what each of them is. */
function createPen(document: PDFKit.PDFDocument): Pen & { readonly root: Part } {
  const typesetter = createTypesetter(document);
  const root = document.struct("Document");
  document.addStructure(root);
  let y = page.top;
  return {
    root,
    width: page.width - page.left - page.right,
    left: page.left,
    typesetter,
    y: () => y,
    moveTo(to) {
      y = to;
    },
    room(points) {
      if (y + points <= page.height - page.bottom) return false;
      document.addPage();
      y = page.top;
      return true;
    },
    part(tag, options = {}, parent = root) {
      const made = document.struct(tag, options);
      parent.add(made);
      return made;
    },
    content(parent, draw) {
      parent.add(draw);
    },
    decoration(draw) {
      document.markContent("Artifact", { type: "Layout" });
      draw();
      document.endMarkedContent();
    },
    write(lines, { x, y: top, size, color = "ink", right }) {
      lines.forEach((line, i) => {
        let at = right === undefined ? x : right - line.width;
        for (const run of line.runs) {
          document.font(run.font, size).fillColor(COLORS[color]);
          document.text(run.text, at, top + i * lineHeight(size), { lineBreak: false });
          at += run.width;
        }
      });
    },
    rect(x, top, width, height, color) {
      document.rect(x, top, width, height).fill(COLORS[color]);
    },
  };
}

type Flowing = Style & { readonly x?: number; readonly color?: Color };

function createProse(pen: Pen, chapter: (title: string) => void): Prose {
  const gap = (points: number): void => pen.moveTo(pen.y() + points);
  /** Line by line, so that a long text may go on over the page; what goes on is of the same part. */
  const flow = (tag: string, text: string, { x = pen.left, color = "ink", ...style }: Flowing): void => {
    const of = pen.part(tag);
    for (const line of pen.typesetter.lines(text, style, pen.left + pen.width - x)) {
      pen.room(lineHeight(style.size));
      pen.content(of, () => pen.write([line], { ...style, x, y: pen.y(), color }));
      gap(lineHeight(style.size));
    }
    of.end();
  };
  return {
    gap,
    heading(level, text) {
      const { size, above, below } = HEADINGS[level];
      // Not without some of what it is the heading of; and none at the head of a page.
      if (!pen.room(above + lineHeight(size) + below + headingCompany) && pen.y() > page.top) gap(above);
      if (level === 2) chapter(text);
      flow(`H${level}`, text, { size, weight: "semibold" });
      gap(below);
    },
    paragraph(text, { size = bodySize, ...style } = {}) {
      flow("P", text, { size, ...style });
      gap(5);
    },
    bullets(texts) {
      const [bullet] = pen.typesetter.lines("\u2022", { size: bodySize }, pen.width);
      for (const text of texts) {
        pen.room(2 * lineHeight(bodySize));
        const at = { x: pen.left, y: pen.y(), size: bodySize, color: "accent" } as const;
        pen.decoration(() => pen.write(bullet === undefined ? [] : [bullet], at));
        flow("P", text, { size: bodySize, x: pen.left + 12 });
        gap(3);
      }
      gap(3);
    },
  };
}

function openDocument({
  title,
  subject,
  written,
}: Pick<SheetFacts, "title" | "subject" | "written">): PDFKit.PDFDocument {
  return new PdfKit({
    size: [page.width, page.height],
    // Text is placed here line by line; the library must not turn pages by itself.
    margins: { left: page.left, right: page.right, top: page.top, bottom: 0 },
    bufferPages: true,
    pdfVersion: "1.7",
    subset: "PDF/A-2a",
    tagged: true,
    displayTitle: true,
    lang: "en-GB",
    info: {
      Title: title,
      Subject: subject,
      Author: "Stillwatch",
      Creator: "Stillwatch",
      CreationDate: written,
      ModDate: written,
    },
  });
}

/** At the foot of every page, once it is known how many there are. */
function numberPages(document: PDFKit.PDFDocument, { write, typesetter: { lines } }: Pen, foot: string): void {
  const { count } = document.bufferedPageRange();
  const style = { size: 8, color: "soft" } as const;
  const y = page.height - page.bottom + 30;
  for (let i = 0; i < count; i++) {
    document.switchToPage(i);
    document.markContent("Artifact", { type: "Pagination" });
    const right = page.width - page.right;
    write(lines(foot, style, right - page.left - 80).slice(0, 1), { ...style, x: page.left, y });
    write(lines(`Page ${i + 1} of ${count}`, style, 80), { ...style, x: page.left, y, right });
    document.endMarkedContent();
  }
}

function collected(document: PDFKit.PDFDocument): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    document.on("data", (chunk: Buffer) => chunks.push(chunk));
    document.once("end", () => resolve(Buffer.concat(chunks)));
    document.once("error", reject);
    document.end();
  });
}
