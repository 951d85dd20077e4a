import type { SimulateProgress } from "../../sim/simulate.ts";

// Limits.
/** Milliseconds between two redraws. */
const REDRAW_MS = 120;
const BAR_CELLS = 24;

export interface ProgressLine {
  update(progress: SimulateProgress): void;
  /** Takes the line away again. */
  clear(): void;
}

interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** One line that is redrawn in place; undefined where nobody watches a terminal. Colour unless `NO_COLOR` is set. */
export function progressLine(
  terminal: Terminal,
  environment: Readonly<Record<string, string | undefined>>,
): ProgressLine | undefined {
  if (terminal.isTTY !== true) return undefined;
  const plain = (environment["NO_COLOR"] ?? "") !== "";
  const paint = (text: string): string => (plain ? text : `\u001B[36m${text}\u001B[39m`);
  const startedMs = performance.now();
  let drawnMs = -Infinity;
  return {
    update({ exchanges, done }) {
      const nowMs = performance.now();
      if (nowMs - drawnMs < REDRAW_MS && done < 1) return;
      drawnMs = nowMs;
      const filled = Math.round(done * BAR_CELLS);
      const elapsedSeconds = Math.max(0.001, (nowMs - startedMs) / 1_000);
      const rate = Math.round(exchanges / elapsedSeconds).toLocaleString("en");
      const left = Math.ceil((elapsedSeconds / done) * (1 - done));
      terminal.write(
        `\r\u001B[2K${paint("#".repeat(filled))}${"-".repeat(BAR_CELLS - filled)} ${Math.round(done * 100)} %  ${exchanges.toLocaleString("en")} exchanges, ${rate}/s, ${left} s left`,
      );
    },
    clear() {
      terminal.write("\r\u001B[2K");
    },
  };
}
