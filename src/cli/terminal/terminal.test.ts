import { expect, test } from "vitest";
import { fixedClock } from "../../kit/clock.ts";
import { createTerminal } from "./terminal.ts";

function recorder(isTTY: boolean, columns?: number) {
  const written: string[] = [];
  return {
    isTTY,
    ...(columns === undefined ? {} : { columns }),
    written,
    write: (text: string) => written.push(text),
  };
}

test("findings go to stdout, the run to stderr, each with the colour of its own stream", () => {
  const stdout = recorder(false);
  const stderr = recorder(true);
  const terminal = createTerminal({ stdout, stderr, env: {}, clock: fixedClock(0) });
  terminal.print(terminal.paint("bold", "found"));
  terminal.note(terminal.paintError("bold", "careful"));
  expect(stdout.written).toEqual(["found\n"]);
  expect(stderr.written).toEqual(["\u001b[1mcareful\u001b[22m\n"]);
});

test("a line takes the place of the progress", () => {
  const stderr = recorder(true);
  const terminal = createTerminal({
    stdout: recorder(true),
    stderr,
    env: { NO_COLOR: "1" },
    clock: fixedClock(0),
  });
  terminal.progress.update({ done: 1, total: 2, unit: "files", label: "Reading" });
  terminal.note("careful");
  expect(stderr.written.slice(1)).toEqual(["\r\u001b[2K", "careful\n"]);
});

test.each([
  [undefined, 100],
  [10, 40],
  [90, 90],
  [400, 140],
])("a terminal of %s columns is used as one of %d", (columns, width) => {
  expect(createTerminal({ stdout: recorder(true, columns), stderr: recorder(false), env: {} }).width).toBe(width);
});
