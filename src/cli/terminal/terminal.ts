import { type Clock, systemClock } from "../../kit/clock.ts";
import { createPaint, hasColor, type Paint, type PaintEnvironment } from "./paint.ts";
import { createProgress, type Progress, type ProgressStream } from "./progress.ts";

// Limits and defaults.
/** Where the stream does not say how wide it is. */
const WIDTH_DEFAULT = 100;
const WIDTH_MIN = 40;
/** Wider lines are hard to read. */
const WIDTH_MAX = 140;

export interface TerminalOptions {
  readonly stdout: ProgressStream;
  readonly stderr: ProgressStream;
  readonly env: PaintEnvironment;
  readonly clock?: Clock;
}

/** The two streams as a command sees them: findings go to stdout, everything about the run goes to stderr. */
export interface Terminal {
  /** Columns of stdout. */
  readonly width: number;
  /** For what goes to stdout. */
  readonly paint: Paint;
  /** For what goes to stderr. */
  readonly paintError: Paint;
  readonly progress: Progress;
  /** Writes a line (or several) to stdout. */
  print(text: string): void;
  /** Writes a line (or several) to stderr, in place of the progress. */
  note(text: string): void;
}

export function createTerminal({ stdout, stderr, env, clock = systemClock }: TerminalOptions): Terminal {
  const paintError = createPaint(hasColor(stderr, env));
  const progress = createProgress(stderr, paintError, clock);
  return {
    width: Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, stdout.columns ?? WIDTH_DEFAULT)),
    paint: createPaint(hasColor(stdout, env)),
    paintError,
    progress,
    print(text) {
      progress.clear();
      stdout.write(`${text}\n`);
    },
    note(text) {
      progress.clear();
      stderr.write(`${text}\n`);
    },
  };
}
