import { dayMs } from "../../../kit/time-units.ts";
import type { Dossier } from "../../../model/dossier.ts";
import { count, day, dayInYear } from "../../report/words.ts";
import type { Color, Sheet } from "./sheet.ts";

// Limits.
/** Bars of a chart; a longer time has bars of several days. */
const barsMax = 120;
const releasesMax = 6;
const ticksMax = 8;

// Points.
const plotHeight = 120;
const labelHeight = 12;
const axisHeight = 20;
const small = { size: 7.6 } as const;

interface Series {
  readonly title: string;
  /** What a blind reader is told instead. */
  readonly told: string;
  readonly color: Color;
  /** By UTC day. */
  readonly values: ReadonlyMap<string, number>;
  readonly marks: readonly { readonly name: string; readonly atMs: number }[];
}

/** Traffic by day with the models that came out, where traffic is known. */
export function trafficChart(sheet: Sheet, { timeline }: Dossier): boolean {
  const { days, releases } = timeline;
  if (days === null || days.length === 0) return false;
  const values = new Map(days.map((one) => [one.day, one.exchanges]));
  const busiest = days.reduce((a, b) => (b.exchanges > a.exchanges ? b : a));
  dailyChart(sheet, {
    title: "Exchanges a day",
    told: `It ran on ${count(days.length)} days, most on ${day(busiest.day)} with ${count(busiest.exchanges)} exchanges.`,
    color: "accent",
    values,
    marks: releases.map(({ model, released }) => ({ name: model, atMs: Date.parse(released) })),
  });
  return true;
}

/** How many accounts were first seen in the campaign on each day. */
export function accountsChart(sheet: Sheet, { accounts, source }: Dossier): void {
  if (accounts.length === 0) return;
  const values = countByDay(accounts.map(({ first_seen }) => first_seen));
  const [busiest = ["", 0]] = [...values].toSorted((a, b) => b[1] - a[1]);
  dailyChart(sheet, {
    title:
      source.kind === "report"
        ? "Accounts by the day of their first exchange"
        : "Accounts by the day on which they were counted in",
    told: `Most on ${day(busiest[0])}: ${count(busiest[1])} of ${count(accounts.length)}.`,
    color: "calm",
    values,
    marks: [],
  });
}

/** What was decided on each day. */
export function decisionsChart(sheet: Sheet, { decisions }: Dossier): void {
  if (decisions.length === 0) return;
  const values = countByDay(decisions.map(({ created }) => created));
  dailyChart(sheet, {
    title: "Decisions a day",
    told: `${count(decisions.length)} decisions on ${count(values.size)} days, held ones included.`,
    color: "ink",
    values,
    marks: [],
  });
}

function countByDay(times: readonly string[]): Map<string, number> {
  const values = new Map<string, number>();
  for (const time of times.toSorted()) values.set(time.slice(0, 10), (values.get(time.slice(0, 10)) ?? 0) + 1);
  return values;
}

function dailyChart(sheet: Sheet, { title, told, color, values, marks }: Series): void {
  const days = [...values.keys()].toSorted();
  const firstMs = Date.parse(days[0] ?? "") - dayMs;
  const lastMs = Date.parse(days.at(-1) ?? "") + 2 * dayMs;
  const binMs = Math.ceil((lastMs - firstMs) / dayMs / barsMax) * dayMs;
  const bins = Array.from({ length: Math.ceil((lastMs - firstMs) / binMs) }, () => 0);
  for (const [of, value] of values) bins[Math.floor((Date.parse(of) - firstMs) / binMs)]! += value;
  const x = (ms: number): number => sheet.left + (sheet.width * (ms - firstMs)) / (bins.length * binMs);
  const shown = marks.filter(({ atMs }) => atMs >= firstMs && atMs <= lastMs).slice(-releasesMax);
  sheet.room(plotHeight + axisHeight + 60 + labelHeight * shown.length);
  sheet.heading(3, title);
  sheet.paragraph(told + (binMs > dayMs ? ` Each bar is ${binMs / dayMs} days.` : ""), { color: "soft" });
  const top = sheet.y() + labelHeight * shown.length + 12;
  const most = Math.max(...bins, 1);
  const base = top + plotHeight;
  const figure = sheet.part("Figure", {
    alt: `${title}. ${told}`,
    bbox: [sheet.left, sheet.y(), sheet.left + sheet.width, base + axisHeight],
  });
  sheet.content(figure, () => {
    for (const level of [1, 0.5]) {
      const y = top + plotHeight * (1 - level);
      sheet.rect(sheet.left, y, sheet.width, 0.5, "line");
      label(sheet, count(Math.round(most * level)), sheet.left, y - 10);
    }
    bins.forEach((value, i) => {
      const height = (plotHeight * value) / most;
      const from = x(firstMs + i * binMs);
      if (value > 0) sheet.rect(from, base - height, (x(firstMs + binMs) - x(firstMs)) * 0.8, height, color);
    });
    sheet.rect(sheet.left, base, sheet.width, 0.9, "ink");
    drawMarks(sheet, shown, { x, from: sheet.y() + 4, base });
    drawDates(sheet, { firstMs, lastMs, x, base });
  });
  figure.end();
  sheet.moveTo(base + axisHeight + 6);
}

function drawMarks(
  sheet: Sheet,
  marks: Series["marks"],
  { x, from, base }: { x: (ms: number) => number; from: number; base: number },
): void {
  marks.forEach(({ name, atMs }, level) => {
    const y = from + level * labelHeight;
    const text = `${name}, ${dayInYear(atMs)}`;
    const width = sheet.typesetter.width(text, small);
    const right = x(atMs) + 4 + width > sheet.left + sheet.width;
    sheet.rect(x(atMs) - 0.35, y, 0.7, base - y, "calm");
    label(sheet, text, right ? x(atMs) - 4 - width : x(atMs) + 4, y, "calm");
  });
}

function drawDates(
  sheet: Sheet,
  { firstMs, lastMs, x, base }: { firstMs: number; lastMs: number; x: (ms: number) => number; base: number },
): void {
  const spanDays = (lastMs - firstMs) / dayMs;
  const everyDays = [1, 2, 7, 14, 28].find((step) => spanDays / step <= ticksMax) ?? Math.ceil(spanDays / ticksMax);
  for (let ms = firstMs + dayMs; ms < lastMs - dayMs / 2; ms += everyDays * dayMs) {
    const text = spanDays > 300 ? new Date(ms).toISOString().slice(0, 7) : dayInYear(ms);
    if (x(ms) + sheet.typesetter.width(text, small) > sheet.left + sheet.width) break;
    sheet.rect(x(ms), base, 0.6, 4, "ink");
    label(sheet, text, x(ms), base + 6);
  }
}

function label(sheet: Sheet, text: string, x: number, y: number, color: Color = "soft"): void {
  sheet.write(sheet.typesetter.lines(text, small, sheet.width), { ...small, x, y, color });
}
