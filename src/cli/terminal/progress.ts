import type { Clock } from "../../kit/clock.ts";
import { roughly } from "../report/words.ts";
import type { Paint } from "./paint.ts";
import { printable } from "./printable.ts";
import { fit } from "./width.ts";

// Limits and defaults.
/** Redrawing more often only costs time. */
const REDRAW_MS_MIN = 100;
/** A rate over less than this is noise. */
const RATE_AFTER_MS = 500;
const BAR_COLUMNS = 24;

export interface ProgressState {
  readonly done: number;
  /** `null` where the end is not known. */
  readonly total: number | null;
  /** Plural noun: `exchanges`. */
  readonly unit: string;
  /** What is being done: `Reading`. A new label starts a new rate. */
  readonly label: string;
}

/** One line on stderr that is drawn over; silent where nobody watches. */
export interface Progress {
  update(state: ProgressState): void;
  /** Wipes the line. */
  clear(): void;
}

export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export function createProgress(stream: ProgressStream, paint: Paint, clock: Clock): Progress {
  if (stream.isTTY !== true) return { update: () => {}, clear: () => {} };
  let label: string | null = null;
  let startMs = 0;
  let startDone = 0;
  let drawnMs = -Infinity;
  return {
    update(state) {
      const nowMs = clock.monotonicMs();
      if (state.label !== label) {
        label = state.label;
        startMs = nowMs;
        startDone = state.done;
        drawnMs = -Infinity;
      }
      const finished = state.total !== null && state.done >= state.total;
      if (nowMs - drawnMs < REDRAW_MS_MIN && !finished) return;
      drawnMs = nowMs;
      const elapsedMs = nowMs - startMs;
      const ratePerSecond = elapsedMs < RATE_AFTER_MS ? null : ((state.done - startDone) * 1000) / elapsedMs;
      stream.write(`\r\u001b[2K${progressLine(state, ratePerSecond, stream.columns ?? 80, paint)}`);
    },
    clear() {
      if (label === null) return;
      label = null;
      stream.write("\r\u001b[2K");
    },
  };
}

/** At most `columns - 1` wide: a full line would wrap on some terminals. */
function progressLine(
  { done, total, unit, label }: ProgressState,
  ratePerSecond: number | null,
  columns: number,
  paint: Paint,
): string {
  const fraction = total === null || total === 0 ? null : Math.min(1, done / total);
  const amount = total === null ? `${roughly(done)} ${unit}` : `${roughly(done)} of ${roughly(total)} ${unit}`;
  const parts = [printable(amount)];
  if (ratePerSecond !== null && ratePerSecond > 0) {
    parts.push(`${roughly(Math.round(ratePerSecond))}/s`);
    if (total !== null && done < total) parts.push(`${duration((total - done) / ratePerSecond)} left`);
  }
  const head = `${printable(label)}  `;
  const tail = parts.join(" · ");
  const room = columns - 1;
  const bar = fraction === null ? "" : `${drawBar(fraction)} ${String(Math.floor(fraction * 100)).padStart(3)}%  `;
  if (head.length + bar.length + tail.length > room) return fit(head + tail, room).trimEnd();
  return paint("bold", head) + paint("cyan", bar) + tail;
}

function drawBar(fraction: number): string {
  const full = Math.floor(fraction * BAR_COLUMNS);
  return "━".repeat(full) + "╌".repeat(BAR_COLUMNS - full);
}

/** `4 s`, `2 min 05 s`, `1 h 12 min`. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} min`;
}
