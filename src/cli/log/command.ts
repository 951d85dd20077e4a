import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { UserError } from "../../kit/user-error.ts";
import { openCheckpoint } from "../../share/log/checkpoint.ts";
import type { Checkpoint, LogPolicy } from "../../share/log/checkpoint.ts";
import { logFolder } from "../../share/log/log-folder.ts";
import { verifyLog } from "../../share/log/verify-log.ts";
import { NoteError } from "../../share/note/note.ts";
import type { NoteVerifier } from "../../share/note/note.ts";
import { BrokenLogError } from "../errors.ts";
import { printable } from "../terminal/printable.ts";
import { createTerminal, type Terminal } from "../terminal/terminal.ts";
import { allOf, verifier, wholeNumber } from "./keys.ts";
import { committedBy, readReceivedObject } from "./received-object.ts";
import type { ReceivedObject } from "./received-object.ts";

export interface LogVerifyOptions {
  readonly folder: string;
  readonly policy: LogPolicy;
  /** A checkpoint that was kept from before: all of it must still be there. */
  readonly since: string | null;
  /** The file of an object that was received: the log must commit to it. */
  readonly object: string | null;
  readonly json: boolean;
}

/** `stillwatch log verify FOLDER`. A log that is not what it should be ends in a `BrokenLogError`. */
export function logCommand(): Command {
  const log = new Command("log").description("check a transparency log");
  log
    .command("verify")
    .description("check all of a log: signatures, witnesses, every entry, and that it has only grown")
    .argument("<folder>", "the log's files, as they are served")
    .requiredOption("--key <key>", "the log's key: name+id+key", verifier("note"))
    .option("--witness <key>", "a witness's key; more than one can be given", allOf(verifier("cosignature")), [])
    .option("--witnesses <number>", "how many of them must have cosigned; all, where it is not given", wholeNumber)
    .option("--since <file>", "a checkpoint that was kept: all of it must still be there")
    .option("--object <file>", "an object that was received, as TAXII gives it: its entry must commit to it")
    .option("--json", "print one JSON object and nothing else", false)
    .exitOverride()
    .showHelpAfterError("(--help tells more)")
    .action(async (folder: string, given: GivenOptions) => {
      const { stdout, stderr, env } = process;
      const policy = {
        log: given.key,
        witnesses: given.witness,
        witnessesMin: given.witnesses ?? given.witness.length,
      };
      const { since = null, object = null, json } = given;
      await verify({ folder, policy, since, object, json }, createTerminal({ stdout, stderr, env }));
    });
  return log;
}

interface GivenOptions {
  readonly key: NoteVerifier;
  readonly witness: readonly NoteVerifier[];
  readonly witnesses?: number;
  readonly since?: string;
  readonly object?: string;
  readonly json: boolean;
}

export async function verify(
  { folder, policy, since, object, json }: LogVerifyOptions,
  terminal: Pick<Terminal, "print">,
): Promise<void> {
  const earlier = since === null ? undefined : await keptCheckpoint(since, policy);
  const received = object === null ? null : await readReceivedObject(object);
  let entryOfObject: Uint8Array | null = null;
  const verdict = await verifyLog(logFolder(folder).read, policy, earlier, (entry, index) => {
    if (index === received?.logIndex) entryOfObject = entry;
  });
  if (verdict.kind === "broken") {
    throw new BrokenLogError(
      `the log in ${folder} is not what it should be: ${verdict.reason}`,
      "keep a copy, and compare checkpoints with other members: the log's owner has to explain it",
    );
  }
  const { origin, size, root } = verdict.checkpoint;
  const committed = received === null ? null : commitmentTo(received, entryOfObject, folder);
  const said = {
    origin,
    entries: size,
    root: Buffer.from(root).toString("base64"),
    since: earlier?.size ?? null,
    object: committed,
  };
  terminal.print(
    json
      ? JSON.stringify(said)
      : `${origin} is intact: ${size} entries, root ${said.root}` +
          (earlier === undefined ? "" : `; its first ${earlier.size} are those of the checkpoint that was kept`) +
          (committed === null
            ? ""
            : `; by entry ${committed.entry} ${printable(committed.member)} has committed to ${committed.id}`),
  );
}

interface Committed {
  readonly id: string;
  readonly entry: number;
  readonly member: string;
}

function commitmentTo(received: ReceivedObject, entry: Uint8Array | null, folder: string): Committed {
  try {
    return { id: received.id, entry: received.logIndex, member: committedBy(received, entry) };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new BrokenLogError(
      `the log in ${folder} is intact, and does not show what was received: ${error.message}`,
      "read the log anew, since this copy may be older; then keep both, and ask the member that has signed the object",
      { cause: error },
    );
  }
}

/** What was kept needs the log's signature; its witnesses may have come later. */
async function keptCheckpoint(path: string, policy: LogPolicy): Promise<Checkpoint> {
  try {
    return openCheckpoint(await readFile(path, "utf8"), { ...policy, witnessesMin: 0 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${path} is no checkpoint to go by: ${reason}`, "give a checkpoint of this log", {
      cause: error,
    });
  }
}
