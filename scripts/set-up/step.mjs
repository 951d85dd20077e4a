import { spawn } from "node:child_process";

// Limits.
/** Of a command's output, kept for the case that it fails (characters). */
const OUTPUT_CHARS_MAX = 60_000;

// Everything about the run goes to stderr: stdout belongs to what a command prints for machines.
const out = process.stderr;
const colour = out.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[39m` : text);

export function say(text) {
  out.write(`${text}\n`);
}

/** Something that went wrong and that a person can mend: shown without a stack. */
export class SetUpError extends Error {}

/** Runs one step and says it in one line with its time. */
export async function step(label, run) {
  const startedMs = performance.now();
  if (out.isTTY) out.write(`  … ${label}`);
  const finish = (mark) => {
    if (out.isTTY) out.write("\r\u001b[2K");
    say(`  ${mark} ${label}  ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  };
  try {
    const result = await run();
    finish(paint(32, "✓"));
    return result;
  } catch (error) {
    finish(paint(31, "✗"));
    throw error;
  }
}

/**
 * Runs a command without a shell. Resolves with its exit code and the end of its output; with `inherit` the output goes
 * straight through and stays empty here.
 */
export function command(file, args, { cwd, env = process.env, inherit = false }) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: inherit ? "inherit" : ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (chunk) => {
      output = (output + chunk).slice(-OUTPUT_CHARS_MAX);
    };
    child.stdout?.setEncoding("utf8").on("data", keep);
    child.stderr?.setEncoding("utf8").on("data", keep);
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: code ?? (signal === "SIGINT" ? 130 : 1), output }));
  });
}
