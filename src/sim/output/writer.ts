import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { Random } from "../../kit/random.ts";
import { token } from "../draw.ts";
import type { Draft } from "../traffic/source.ts";

// Limits.
/** Lines of one exchange file. */
const LINES_PER_FILE = 250_000;
/** Characters gathered before a write. */
const CHUNK_CHARS = 1 << 20;

/** Writes exchanges in the world format, a new file every 250,000 lines. */
export class ExchangeWriter {
  readonly #folder: string;
  readonly #random: Random;
  #file: FileHandle | undefined;
  #files = 0;
  #lines = 0;
  #chunk = "";

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
      this.#chunk += `${exchangeLine(draft, `ex-${token(this.#random, 16)}`)}\n`;
      this.#lines++;
      if (this.#chunk.length >= CHUNK_CHARS) await this.#flush();
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
    this.#file = await open(
      join(this.#folder, `exchanges-${String(this.#files++).padStart(3, "0")}.ndjson`),
      "w",
    );
  }

  async #flush(): Promise<void> {
    if (this.#chunk === "" || this.#file === undefined) return;
    await this.#file.appendFile(this.#chunk);
    this.#chunk = "";
  }
}

/** One line of an exchange file. A failed call has no usage, no finish and no answer. */
function exchangeLine(draft: Draft, id: string): string {
  const { account, frame, call, status, timeMs } = draft;
  const { text } = account.logging;
  const ok = status === 200;
  const connection = account.connect(timeMs);
  return JSON.stringify({
    time: new Date(timeMs).toISOString(),
    id,
    account: account.id,
    ...connection,
    end_user: frame.endUser,
    model: frame.model,
    system: text ? frame.system : undefined,
    messages: text ? call.messages : undefined,
    tools: frame.tools,
    params: frame.params,
    usage: ok ? usage(draft) : undefined,
    status,
    finish: ok ? call.answer.finish : undefined,
    response: ok && text && draft.keepsResponse ? call.answer.text : undefined,
  });
}

/** Tokens: about four characters each, more in scripts of many bytes. */
function usage(draft: Draft) {
  const { frame, call } = draft;
  let input = frame.system === undefined ? 3 : tokens(frame.system);
  for (const message of call.messages) input += 4 + tokens(message.content);
  if (frame.tools !== undefined) input += 90 * frame.tools.length;
  const { output, reasoning } = call.answer;
  return { input, output, reasoning: reasoning > 0 ? reasoning : undefined };
}

function tokens(text: string): number {
  // The first character tells the script well enough for an estimate.
  return Math.ceil(
    text.length / (text.charCodeAt(0) > 0x2e80 ? 1.4 : text.charCodeAt(0) > 0x370 ? 2.4 : 4),
  );
}
