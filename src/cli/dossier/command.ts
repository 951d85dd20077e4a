import { Command } from "commander";
import { systemClock } from "../../kit/clock.ts";
import type { Clock } from "../../kit/clock.ts";
import { UserError } from "../../kit/user-error.ts";
import { reasonCharactersMax } from "../../model/dossier.ts";
import type { DossierManifest } from "../../model/dossier.ts";
import { isPlain } from "../../model/plain-text.ts";
import type { LogPolicy } from "../../share/log/checkpoint.ts";
import { logFolder } from "../../share/log/log-folder.ts";
import type { NoteVerifier } from "../../share/note/note.ts";
import { circleLogFolder } from "../circle-log-folder.ts";
import { BrokenLogError } from "../errors.ts";
import { allOf, verifier, wholeNumber } from "../log/keys.ts";
import { openGivenState } from "../open-state.ts";
import { createTerminal } from "../terminal/terminal.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { assemble } from "./assemble.ts";
import type { Identified } from "./assemble.ts";
import { auditLines } from "./audit-lines.ts";
import type { CaseSource } from "./case-file.ts";
import { createNames, openKey, readKey } from "./names.ts";
import { packOf, refuseUsedFolder, writePack } from "./pack.ts";
import { softwareFacts } from "./software.ts";
import { reportFolderSource } from "./sources/report-folder.ts";
import { stateSource } from "./sources/state.ts";
import { verifyPack } from "./verify.ts";

interface GivenOptions {
  readonly report?: string;
  readonly data?: string;
  readonly log?: string;
  readonly out: string;
  readonly key?: string;
  readonly identify?: string;
  readonly reason?: string;
  readonly json: boolean;
}

interface VerifyingOptions extends Pick<GivenOptions, "data" | "key" | "json"> {
  readonly logKey?: NoteVerifier;
  readonly witness: readonly NoteVerifier[];
  readonly witnesses?: number;
}

/** `stillwatch dossier CAMPAIGN` and `stillwatch dossier verify DIR`. */
export function dossierCommand(): Command {
  const verifying = new Command("verify")
    .description("check all that can be checked of a dossier, and say what is wrong")
    .argument("<folder>", "the dossier")
    .option("--data <folder>", "the server's data folder that it was made of: its audit log is compared, too")
    .option("--key <file>", "the dossier's key, with which sealed entries can be compared")
    .option("--log-key <key>", "the transparency log's key, name+id+key: its proofs are checked", verifier("note"))
    .option("--witness <key>", "a witness's key; more than one can be given", allOf(verifier("cosignature")), [])
    .option("--witnesses <number>", "how many of them must have cosigned; all, where it is not given", wholeNumber)
    .option("--json", "print one JSON object and nothing else", false)
    .action(async (dir: string, { data, key, json, ...given }: VerifyingOptions) => {
      const { stdout, stderr, env } = process;
      const options = { dir, data, url: env["DATABASE_URL"], key, log: policyOf(given), json };
      await verify(options, createTerminal({ stdout, stderr, env }));
    });
  return (
    new Command("dossier")
      .description(
        "write an evidence pack on a campaign for counsel or an authority: PDF and JSON, redacted, chained by hashes",
      )
      // Or options that both have would be taken from `verify`.
      .enablePositionalOptions()
      .argument("<campaign>", "its id, as in the report or at the desk")
      .option("--report <folder>", "the folder that scan wrote")
      .option("--data <folder>", "the server's data folder; without it the server that DATABASE_URL names")
      .option("--log <folder>", "the transparency log's files; where it is not given, those in --data")
      .option("--out <folder>", "a new folder for the pack", "stillwatch-dossier")
      .option(
        "--key <file>",
        "names accounts in the pack; made where there is none. Default: the folder's name and .key, beside it",
      )
      .option("--identify <person>", "name the accounts; who asks for it is written down")
      .option("--reason <text>", "why they are to be named")
      .option("--json", "print one JSON object and nothing else", false)
      .addCommand(verifying)
      .action(async (campaign: string, options: GivenOptions) => {
        const { stdout, stderr, env } = process;
        const terminal = createTerminal({ stdout, stderr, env });
        const identified = identifiedBy(options);
        const { report, data, log, out, key = `${out}.key`, json } = options;
        const making = { campaign, out, key, identified, clock: systemClock };
        const manifest = await withSource({ report, data, log, url: env["DATABASE_URL"] }, (source) =>
          makeDossier(source, making),
        );
        terminal.print(
          json ? JSON.stringify({ out, key, head: manifest.head }) : told(manifest, { out, key, identified }),
        );
      })
  );
}

export interface MakeOptions {
  readonly campaign: string;
  readonly out: string;
  /** The file of the key that names the accounts. */
  readonly key: string;
  readonly identified: Identified | null;
  readonly clock: Pick<Clock, "nowMs">;
}

/** Writes the pack, once the source has written down that it is made. */
export async function makeDossier(
  source: CaseSource,
  { campaign, out, key, identified, clock }: MakeOptions,
): Promise<DossierManifest> {
  await refuseUsedFolder(out);
  const file = await source.read(campaign);
  const names = createNames(await openKey(key));
  const written = new Date(clock.nowMs()).toISOString();
  const dossier = assemble(file, { written, software: softwareFacts(), names, identified });
  const nameable = new Set([campaign, ...file.accounts.map(({ account }) => account)]);
  const end = file.source.kind === "state" ? file.source.audit.entries : 0;
  const lines = auditLines(file.audit, end, names, identified === null ? null : nameable);
  const pack = await packOf(dossier, lines);
  await source.record({ at: written, campaign, head: pack.manifest.head, identified });
  await writePack(out, pack);
  return pack.manifest;
}

interface Whence {
  readonly report: string | undefined;
  readonly data: string | undefined;
  readonly log: string | undefined;
  readonly url: string | undefined;
}

async function withSource<T>({ report, data, log, url }: Whence, work: (source: CaseSource) => Promise<T>): Promise<T> {
  if (report !== undefined && data !== undefined)
    throw new UserError("a dossier is made of a report or of a server's state", "give --report or --data, not both");
  if (report !== undefined) return work(reportFolderSource(report));
  const folder = log ?? (data === undefined ? null : circleLogFolder(data));
  const state = await openGivenState({ data, url });
  try {
    return await work(stateSource(state, folder === null ? null : logFolder(folder).read));
  } finally {
    await state.close();
  }
}

function policyOf({ logKey, witness, witnesses }: Omit<VerifyingOptions, "data" | "key" | "json">): LogPolicy | null {
  if (logKey !== undefined) return { log: logKey, witnesses: witness, witnessesMin: witnesses ?? witness.length };
  if (witness.length === 0 && witnesses === undefined) return null;
  throw new UserError("witnesses cosign the checkpoint of a log, and no log is named", "give --log-key, too");
}

function identifiedBy({ identify, reason }: GivenOptions): Identified | null {
  if (identify === undefined && reason === undefined) return null;
  if (identify === undefined || reason === undefined || identify.trim() === "" || reason.trim() === "")
    throw new UserError("accounts are named only for a person with a reason", "give both --identify and --reason");
  if (reason.length > reasonCharactersMax || !isPlain(reason) || !isPlain(identify))
    throw new UserError(
      "the name or the reason holds what does not belong into a dossier",
      `at most ${reasonCharactersMax} characters, and no address, telephone, payment or key`,
    );
  return { by: identify.trim(), reason: reason.trim() };
}

function told(
  { files, head }: DossierManifest,
  { out, key, identified }: Pick<MakeOptions, "out" | "key" | "identified">,
): string {
  return [
    `${out} holds ${files.map(({ path }) => path).join(", ")} and manifest.json`,
    `head: ${head}`,
    "keep the head elsewhere: with it nothing of the pack can be changed unseen",
    identified === null
      ? `no account is named; ${key} tells who is who, and stays with you`
      : `the accounts are named, as ${identified.by} asked`,
  ].join("\n");
}

export interface VerifyCommandOptions {
  readonly dir: string;
  readonly data: string | undefined;
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly log: LogPolicy | null;
  readonly json: boolean;
}

/** Ends in a `BrokenLogError` where anything is not what it should be. */
export async function verify(
  { dir, data, url, key, log, json }: VerifyCommandOptions,
  terminal: Pick<Terminal, "print">,
): Promise<void> {
  const secret = key === undefined ? null : await readKey(key);
  if (key !== undefined && secret === null) throw new UserError(`there is no key at ${key}`);
  const names = secret === null ? null : createNames(secret);
  const state = data === undefined && url === undefined ? null : await openGivenState({ data, url });
  try {
    const { manifest, faults, unchecked } = await verifyPack({ dir, state, names, log });
    if (json) terminal.print(JSON.stringify({ head: manifest?.head ?? null, faults, unchecked }));
    else for (const fault of faults) terminal.print(`wrong: ${fault}`);
    if (faults.length > 0) {
      throw new BrokenLogError(
        `the dossier in ${dir} is not what was written: ${faults.length === 1 ? "one thing is" : `${faults.length} things are`} wrong`,
        "compare it with another copy, and its head with the one that was kept",
      );
    }
    if (json) return;
    terminal.print(`nothing is wrong with it\nhead: ${manifest?.head ?? ""}`);
    for (const open of unchecked) terminal.print(`not checked: ${open}`);
  } finally {
    await state?.close();
  }
}
