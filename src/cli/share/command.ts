import { Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { canonicalJson } from "../../kit/canonical-json.ts";
import { ledgerEntrySchema, outboxItemSchema, outboxSummarySchema, quarantinedSchema } from "../../model/sharing.ts";
import { verifierKey } from "../../share/note/note.ts";
import { logKeysOf, makeSecretFile, signingKeyOf } from "../../share/circle/own-keys.ts";
import { knownSchema } from "../../share/intelligence/known.ts";
import { knownOfIdentifierSchema } from "../../share/circle/query-messages.ts";
import { identifierText } from "../../share/overlap/identifier.ts";
import { allRows, desk, itemPath, printTable, terminal, withAsking } from "./asking.ts";
import type { Asking } from "./asking.ts";
import type { RemoteDesk } from "./desk.ts";
import { countCommand, countsCommand } from "./count.ts";
import { readIdentifiers } from "./identifiers.ts";
import { renderKnown } from "./known.ts";
import { overlapCommands } from "./overlap.ts";
import { proposingCommands } from "./proposing.ts";

const itemSchema = outboxItemSchema.extend({ recipients: z.array(z.string()) });
const knownAnswerSchema = knownSchema.extend({ names: z.record(z.string(), z.string()) });
const queryAnswerSchema = z.object({ known: z.array(knownOfIdentifierSchema.nullable()) });

/** `stillwatch share`: what leaves to the circle, and what came from it. It asks the server that is running. */
export function shareCommand(): Command {
  const share = new Command("share").description(
    "see and say what leaves to the circle, and what came and was not taken",
  );
  share.addCommand(keyCommand());
  const asking = [
    ...proposingCommands(),
    ...deciding(),
    ...looking(),
    queryCommand(),
    countCommand(),
    countsCommand(),
    ...overlapCommands(),
  ];
  for (const command of asking) share.addCommand(withAsking(command));
  return share;
}

/** Makes the secret of a member, and prints what the members' file has to say of it. */
function keyCommand(): Command {
  return new Command("key")
    .description("make a secret for the circle, and print its public keys for the members' file")
    .argument("<file>", "where the secret goes; it must not exist yet")
    .requiredOption("--name <member>", "our name in the circle", memberName)
    .action((file: string, { name }: { readonly name: string }) => {
      const secret = makeSecretFile(file);
      const { log, cosigner, snapshots } = logKeysOf(secret, name);
      terminal().print(
        [
          `public-key  ${Buffer.from(signingKeyOf(secret).publicKey).toString("base64")}`,
          `log         ${verifierKey(log)}`,
          `cosigner    ${verifierKey(cosigner)}`,
          `snapshots   ${verifierKey(snapshots)}`,
        ].join("\n"),
      );
    });
}

function deciding(): Command[] {
  return (["release", "refuse"] as const).map((verdict) =>
    new Command(verdict)
      .description(
        verdict === "release" ? "let an item of the outbox leave" : "keep an item of the outbox from leaving",
      )
      .argument("<item>")
      .action(async (id: string, given: Asking) => {
        const item = await desk(given).post(itemPath(id, `/${verdict}`), {}, itemSchema);
        terminal().print(`${item.id} is ${item.state}, by ${item.decided_by ?? "nobody"}`);
      }),
  );
}

function looking(): Command[] {
  const outbox = new Command("outbox")
    .description("list what is to leave, or has left")
    .addOption(new Option("--state <state>").choices(outboxSummarySchema.shape.state.options).default("proposed"))
    .action(async (given: Asking & { readonly state: string }) => {
      const remote = desk(given);
      const rows = await allRows(remote, `/v1/desk/circle/outbox?state=${given.state}&limit=200`, outboxSummarySchema);
      const lines = rows.map((row) => [row.id, row.kind, row.flow, row.about, row.proposed, row.proposed_by]);
      printTable(["item", "kind", "flow", "about", "proposed", "by"], lines);
    });
  const show = new Command("show")
    .description("show exactly what would leave, or has left, and whom it reaches directly")
    .argument("<item>")
    .action(async (id: string, given: Asking) => {
      const item = await desk(given).get(itemPath(id, ""), itemSchema);
      const to = item.recipients.length === 0 ? "nobody" : item.recipients.join(", ");
      terminal().print(
        [
          `${item.kind} of ${item.about} for ${item.flow}: ${item.state}`,
          `to: ${to}`,
          ...item.objects.map(canonicalJson),
        ].join("\n"),
      );
    });
  const ledger = new Command("ledger")
    .description("list everything that was ever shared")
    .option("--object <id>", "of one object only")
    .action(async (given: Asking & { readonly object?: string }) => {
      const entries = await allEntries(desk(given), given.object);
      const lines = entries.map((entry) => [
        String(entry.sequence),
        entry.at,
        entry.object,
        entry.version ?? "",
        `${entry.way}: ${entry.recipients.join(", ")}`,
        entry.released_by,
        String(entry.log_index),
      ]);
      printTable(["no", "at", "object", "version", "to", "released by", "log"], lines);
    });
  const quarantine = new Command("quarantine")
    .description("list what came and was not taken, and why")
    .option("--clear <member>", "let go of what came from a member")
    .action(async (given: Asking & { readonly clear?: string }) => {
      const remote = desk(given);
      if (given.clear !== undefined) {
        const path = `/v1/desk/circle/quarantine/${encodeURIComponent(given.clear)}/clear`;
        const { cleared } = await remote.post(path, {}, z.object({ cleared: z.int() }));
        terminal().print(`cleared: ${cleared}`);
        return;
      }
      const rows = await allRows(remote, "/v1/desk/circle/quarantine?limit=200", quarantinedSchema);
      printTable(
        ["at", "from", "flow", "object", "reason"],
        rows.map((row) => [row.at, row.source, row.flow, row.object, row.reason]),
      );
    });
  const known = new Command("known")
    .description("list what the circle knows of campaigns, and who says so")
    .action(async (given: Asking) => {
      const { names, ...all } = await desk(given).get("/v1/desk/circle/known", knownAnswerSchema);
      const out = terminal();
      out.print(renderKnown(all, (member) => names[member] ?? member, out));
    });
  return [outbox, show, ledger, quarantine, known];
}

function queryCommand(): Command {
  return new Command("query")
    .description(
      "ask another member what it knows of identifiers; it learns how many, and neither which nor the answer",
    )
    .argument("<file>", "one identifier a line: its kind, a colon, and it; see docs/overlap.md")
    .requiredOption("--member <member>", "whom to ask, by its name")
    .action(async (file: string, given: Asking & { readonly member: string }) => {
      const identifiers = readIdentifiers(file);
      const path = `/v1/desk/circle/members/${encodeURIComponent(given.member)}/query`;
      const { known } = await desk(given).post(path, { identifiers }, queryAnswerSchema);
      printTable(
        ["identifier", "verdicts", "seen"],
        identifiers.map((identifier, index) => {
          const found = known[index] ?? null;
          return [identifierText(identifier), found?.verdicts.join(", ") ?? "nothing is known", found?.seen ?? ""];
        }),
      );
    });
}

async function allEntries(
  remote: RemoteDesk,
  object: string | undefined,
): Promise<z.output<typeof ledgerEntrySchema>[]> {
  const answer = z.object({ entries: z.array(ledgerEntrySchema) });
  const of = object === undefined ? "" : `&object=${encodeURIComponent(object)}`;
  const all: z.output<typeof ledgerEntrySchema>[] = [];
  for (;;) {
    const { entries } = await remote.get(`/v1/desk/circle/ledger?after=${all.at(-1)?.sequence ?? 0}${of}`, answer);
    if (entries.length === 0) return all;
    all.push(...entries);
  }
}

function memberName(text: string): string {
  if (/^member-[a-z0-9]{1,16}$/.test(text)) return text;
  throw new InvalidArgumentError("give member- and up to 16 lower-case letters and digits.");
}
