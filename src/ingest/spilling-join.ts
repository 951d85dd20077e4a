import { createHash } from "node:crypto";
import { appendFile, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../kit/user-error.ts";

/*
 * Limits. Up to `heldBytesMax` is joined in memory; more goes to temporary files, one of which is held at a time. So a
 * join takes at most partitionCount x partitionBytesMax = 64 GiB.
 */
const heldBytesMaxDefault = 64 * 1024 * 1024;
const partitionCount = 256;
const partitionBytesMax = 256 * 1024 * 1024;

const entrySchema = z.object({
  key: z.string(),
  side: z.string(),
  file: z.string(),
  line: z.int(),
  /** The record, as JSON. */
  text: z.string(),
});

/** One side's record of a join, and where it stood. */
export type JoinEntry = Readonly<z.infer<typeof entrySchema>>;

/**
 * Joins records on a key in bounded memory, whatever their order. Add them all, go over the groups once, dispose.
 * Records of one key come in the order in which they were added.
 */
export class SpillingJoin {
  #held: JoinEntry[] = [];
  #heldBytes = 0;
  #folder: string | undefined;
  readonly #heldBytesMax: number;

  constructor(heldBytesMax = heldBytesMaxDefault) {
    this.#heldBytesMax = heldBytesMax;
  }

  async add(entry: JoinEntry): Promise<void> {
    this.#held.push(entry);
    this.#heldBytes += entry.text.length;
    if (this.#heldBytes > this.#heldBytesMax) await this.#spill();
  }

  async *groups(): AsyncGenerator<readonly JoinEntry[]> {
    if (this.#folder === undefined) {
      yield* byKey(this.#held);
      return;
    }
    await this.#spill();
    for (let partition = 0; partition < partitionCount; partition++) yield* byKey(await this.#load(partition));
  }

  async dispose(): Promise<void> {
    this.#held = [];
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  async #spill(): Promise<void> {
    this.#folder ??= await mkdtemp(join(tmpdir(), "stillwatch-join-"));
    const partitions = new Map<number, string[]>();
    for (const entry of this.#held) {
      const partition = partitionOf(entry.key);
      const lines = partitions.get(partition) ?? [];
      lines.push(`${JSON.stringify(entry)}\n`);
      partitions.set(partition, lines);
    }
    this.#held = [];
    this.#heldBytes = 0;
    for (const [partition, lines] of partitions) await appendFile(this.#pathOf(partition), lines.join(""));
  }

  async #load(partition: number): Promise<readonly JoinEntry[]> {
    const path = this.#pathOf(partition);
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    if (size === 0) return [];
    if (size > partitionBytesMax) {
      throw new UserError(
        "the files to be joined are larger than 64 GiB",
        "Scan them in several runs, each with the files that belong together.",
      );
    }
    const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
    return lines.map((line) => entrySchema.parse(JSON.parse(line)));
  }

  #pathOf(partition: number): string {
    return join(this.#folder ?? tmpdir(), `${partition}.ndjson`);
  }
}

function partitionOf(key: string): number {
  return createHash("sha1").update(key).digest().readUInt8(0) % partitionCount;
}

function byKey(entries: readonly JoinEntry[]): Iterable<readonly JoinEntry[]> {
  return grouped(entries, (entry) => entry.key);
}

/** Entries by what they have in common, in order. */
export function grouped(
  entries: readonly JoinEntry[],
  nameOf: (entry: JoinEntry) => string,
): Iterable<readonly JoinEntry[]> {
  const groups = new Map<string, JoinEntry[]>();
  for (const entry of entries) {
    const name = nameOf(entry);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [entry]);
    else group.push(entry);
  }
  return groups.values();
}
