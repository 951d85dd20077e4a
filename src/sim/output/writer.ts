import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { invariant } from "../../kit/assert.ts";
import type { Random } from "../../kit/random.ts";
import { token } from "../draw.ts";
import type { Draft } from "../traffic/source.ts";

// Limits.
/** Lines of one exchange file. */
const LINES_PER_FILE = 250_000;
/** Bytes gathered before a write. */
const BUFFER_BYTES = 4 << 20;
/** A UTF-16 code unit takes at most three bytes in UTF-8. */
const BYTES_PER_CHAR_MAX = 3;

/** Writes exchanges in the world format, a new file every 250,000 lines. */
export class ExchangeWriter {
  readonly #folder: string;
  readonly #random: Random;
  #file: FileHandle | undefined;
  #files = 0;
  #lines = 0;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #filled = 0;

  constructor(folder: string, random: Random) {
    this.#folder = folder;
    this.#random = random;
  }

  get lines(): number {
    return this.#lines;
  }

  async write(drafts: readonly Draft[]): Promise<void> {
    for (const draft of drafts) {
      if (this.#lines % LINES_PER_FILE === 0) await this.#rotate();
      const line = exchangeLine(draft, `ex-${token(this.#random, 16)}`);
      const bytesMax = line.length * BYTES_PER_CHAR_MAX;
      invariant(bytesMax <= BUFFER_BYTES, "a line is larger than the write buffer");
      if (this.#filled + bytesMax > BUFFER_BYTES) await this.#flush();
      this.#filled += this.#buffer.write(line, this.#filled);
      this.#lines++;
    }
  }

  async close(): Promise<void> {
    if (this.#file === undefined) await this.#rotate();
    await this.#flush();
    await this.#file?.close();
    this.#file = undefined;
  }

  async #rotate(): Promise<void> {
    await this.#flush();
    await this.#file?.close();
    this.#file = await open(join(this.#folder, `exchanges-${String(this.#files++).padStart(3, "0")}.ndjson`), "w");
  }

  async #flush(): Promise<void> {
    if (this.#filled === 0 || this.#file === undefined) return;
    await this.#file.appendFile(this.#buffer.subarray(0, this.#filled));
    this.#filled = 0;
  }
}

/** One line of an exchange file. A failed call has no usage, no finish and no answer; a metadata-only log has no messages. */
function exchangeLine(draft: Draft, id: string): string {
  const { account, connection, frame, call, status, timeMs } = draft;
  const { answer } = call;
  let line = `{"time":"${new Date(timeMs).toISOString()}","id":"${id}","account":"${account.id}"`;
  if (connection !== "") line += `,${connection}`;
  line += `,${frame.json}`;
  let input = frame.tokens;
  let messages = "";
  for (const message of call.messages) {
    input += message.tokens;
    messages += messages === "" ? message.json : `,${message.json}`;
  }
  if (account.logging.text) line += `,"messages":[${messages}]`;
  line += `,"status":${status}`;
  if (status === 200) {
    const reasoning = answer.reasoning > 0 ? `,"reasoning":${answer.reasoning}` : "";
    line += `,"usage":{"input":${input},"output":${answer.output}${reasoning}},"finish":"${answer.finish}"`;
    if (draft.keepsResponse) line += `,"response":${JSON.stringify(answer.text)}`;
  }
  return `${line}}\n`;
}
