import { readFileSync, statSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { z } from "zod";
import { UserError } from "../../kit/user-error.ts";
import { offerSummarySchema, overlapResultSchema, overlapSummarySchema } from "../../model/overlap.ts";
import { identifierOfText } from "../../share/overlap/identifier.ts";
import { setCommitment } from "../../share/overlap/messages.ts";
import { printable } from "../terminal/printable.ts";
import { allRows, desk, printTable, terminal } from "./asking.ts";
import type { Asking } from "./asking.ts";
import { readIdentifiers } from "./identifiers.ts";

// Limits.
/** Of a set that was opened, in JSON. */
const openedBytesMax = 32 * 2 ** 20;
const offerDaysMax = 30;

const named = { member: z.string() };
const offerSchema = offerSummarySchema.extend(named);
const resultSchema = overlapResultSchema.extend(named);
/** What `--open` prints, and `--check` reads. */
const openedSchema = z.object({
  session: z.string(),
  salt: z.base64(),
  identifiers: z.array(z.string().regex(/^[\w-]+:/)),
});

interface Naming extends Asking {
  readonly member: string;
}
interface Comparing extends Naming {
  readonly campaign?: string;
}

/** Comparing sets of identifiers with other members, without showing what only one of the two has. */
export function overlapCommands(): Command[] {
  return [overlapCommand(), offerCommand(), withdrawCommand(), offersCommand(), overlapsCommand()];
}

function overlapCommand(): Command {
  return comparing(
    "overlap",
    "find out what a set of ours has in common with the one that another member has offered; so does it",
  ).action(async (file: string | undefined, given: Comparing) => {
    const set = setOf(file, given.campaign);
    const out = terminal();
    out.note(
      `${given.member} learns which of these it has offered as well, and how many they are. Nothing shows that it has put in what it ` +
        "sees: a set of guesses tells it which of them are right (docs/overlap.md).",
    );
    const found = await desk(given).post(memberPath(given.member, "/overlap"), { set }, resultSchema);
    if (found.common.length > 0) out.print(found.common.map(printable).join("\n"));
    out.note(`session ${found.session}: ${found.common_size} of our ${found.own_size} and its ${found.peer_size}`);
  });
}

function offerCommand(): Command {
  return comparing("offer", "let another member compare a set of its own with ours, once; both learn what both have")
    .option("--days <days>", `for how long: 1 to ${offerDaysMax}`, days, 7)
    .action(async (file: string | undefined, given: Comparing & { readonly days: number }) => {
      const body = { set: setOf(file, given.campaign), days: given.days };
      const offer = await desk(given).post(memberPath(given.member, "/offer"), body, offerSchema);
      terminal().note(
        `Once until ${offer.expires}, ${offer.member} may find out which of these ${offer.size} it has as well, and how many they are. ` +
          "Nothing shows that it puts in what it sees: a set of guesses tells it which of them are right (docs/overlap.md).",
      );
    });
}

function withdrawCommand(): Command {
  return new Command("withdraw")
    .description("take back what was offered to another member")
    .requiredOption("--member <member>", "to whom, by its name")
    .action(async (given: Naming) => {
      const path = memberPath(given.member, "/offer/withdraw");
      const { withdrawn } = await desk(given).post(path, {}, z.object({ withdrawn: z.boolean() }));
      terminal().print(withdrawn ? "withdrawn" : `nothing was offered to ${given.member}`);
    });
}

function offersCommand(): Command {
  return new Command("offers")
    .description("list what other members may compare their sets with now")
    .action(async (given: Asking) => {
      const { offers } = await desk(given).get("/v1/desk/circle/offers", z.object({ offers: z.array(offerSchema) }));
      printTable(
        ["member", "identifiers", "offered", "by", "until"],
        offers.map((offer) => [offer.member, String(offer.size), offer.offered, offer.offered_by, offer.expires]),
      );
    });
}

function overlapsCommand(): Command {
  return new Command("overlaps")
    .description("list sessions with other members; of one of them, what both have")
    .argument("[session]")
    .option("--open", "print our set and the salt, which open the commitment in our log")
    .option("--check <file>", "whether what the other has opened is what it has committed to")
    .action(
      async (session: string | undefined, given: Asking & { readonly open?: boolean; readonly check?: string }) => {
        if (session === undefined) return listOverlaps(given);
        const path = `/v1/desk/circle/overlaps/${encodeURIComponent(session)}`;
        const found = await desk(given).get(path, resultSchema);
        const { identifiers, salt } = found;
        if (given.check !== undefined) return check(found, given.check);
        if (given.open === true) terminal().print(JSON.stringify({ session, salt, identifiers }));
        else if (found.common.length > 0) terminal().print(found.common.map(printable).join("\n"));
      },
    );
}

async function listOverlaps(given: Asking): Promise<void> {
  const rows = await allRows(desk(given), "/v1/desk/circle/overlaps?limit=200", overlapSummarySchema.extend(named));
  printTable(
    ["session", "at", "member", "role", "by", "ours", "theirs", "common"],
    rows.map((row) => [
      row.session,
      row.at,
      row.member,
      row.role,
      row.person,
      ...[row.own_size, row.peer_size, row.common_size].map(String),
    ]),
  );
}

async function check(found: z.output<typeof resultSchema>, file: string): Promise<void> {
  const { salt, identifiers } = readOpened(file);
  const commitment = await setCommitment(Buffer.from(salt, "base64"), identifiers.map(identifierOfText));
  if (commitment.toString("base64") !== found.peer_commitment || identifiers.length !== found.peer_size) {
    throw new UserError(
      `this is not what ${found.member} has committed to`,
      "keep it, with the session: it is evidence",
    );
  }
  terminal().print(`${found.member} had committed to these ${identifiers.length}`);
}

function readOpened(file: string): z.output<typeof openedSchema> {
  try {
    if (statSync(file).size > openedBytesMax) throw new RangeError("too large");
    return openedSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new UserError(
      `${file} holds no set that was opened`,
      "give what stillwatch share overlaps --open has printed",
      {
        cause: error,
      },
    );
  }
}

function comparing(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument("[file]", "one identifier a line: its kind, a colon, and it; see docs/overlap.md")
    .option("--campaign <campaign>", "instead: means of payment and telephones of a live campaign's confirmed accounts")
    .requiredOption("--member <member>", "with whom, by its name");
}

function setOf(file: string | undefined, campaign: string | undefined): object {
  if (file !== undefined && campaign === undefined) return { identifiers: readIdentifiers(file) };
  if (file === undefined && campaign !== undefined) return { campaign };
  throw new UserError("it has to be said what is compared", "give a file of identifiers, or --campaign");
}

const memberPath = (member: string, rest: string): string =>
  `/v1/desk/circle/members/${encodeURIComponent(member)}${rest}`;

function days(text: string): number {
  const number = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= offerDaysMax) return number;
  throw new InvalidArgumentError(`give 1 to ${offerDaysMax}.`);
}
