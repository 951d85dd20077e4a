import { Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { UserError } from "../../kit/user-error.ts";
import { FLOWS } from "../../model/sharing.ts";
import { CIRCLE_LEVELS } from "../../share/circle/proposals.ts";
import type { NamedActor } from "../../share/stix/accused.ts";
import { PERMITTED_ACTIONS } from "../../share/stix/iep.ts";
import { OPINIONS, REMARKS } from "../../share/stix/words.ts";
import { desk, itemPath, terminal } from "./asking.ts";
import type { Asking } from "./asking.ts";
import { readReported } from "./reported.ts";

const idsSchema = z.object({ ids: z.array(z.string()) });

interface Terms {
  readonly tlp: string;
  readonly permitted?: string;
}

interface Proposing extends Terms {
  readonly flow: readonly string[];
  readonly report?: string;
  readonly updates?: string;
  readonly actor?: string;
  readonly source?: readonly string[];
}

/** What puts something into the outbox of the running server. */
export function proposingCommands(): Command[] {
  return [proposeCommand(), reactCommand(), groupCommand(), retractCommand()];
}

function proposeCommand(): Command {
  return withTerms(new Command("propose"))
    .description("put a campaign into the outbox: a live one of the server, or one of a report")
    .argument("<campaign>")
    .option("--report <folder>", "the folder that scan --signals wrote; where it is not given, the server's campaigns")
    .option("--updates <campaign>", "with --report: what it was told as before, where it is a later state of that")
    .option("--actor <name>", "who is accused of it; takes a --source")
    .option("--source <name=url...>", "where that can be read in public: whose page, and its https address")
    .addOption(
      new Option("--flow <flow...>", "as what: intelligence, incidents, response (what is done about it)")
        .choices(FLOWS)
        .default(["intelligence"]),
    )
    .action(async (id: string, given: Asking & Proposing) => {
      const how = { ...termsOf(given), flows: given.flow, actor: actorOf(given) };
      if (given.report === undefined) {
        const path = `/v1/desk/circle/campaigns/${encodeURIComponent(id)}/propose`;
        printIds(await desk(given).post(path, how, idsSchema));
        return;
      }
      const body = { ...how, ...(await readReported(given.report, id)), updates: given.updates ?? null };
      printIds(await desk(given).post("/v1/desk/circle/reported-campaigns", body, idsSchema));
    });
}

function reactCommand(): Command {
  return withTerms(new Command("react"))
    .description("put an opinion or a note on objects of others into the outbox")
    .argument("<object...>", "ids of the objects")
    .addOption(new Option("--opinion <opinion>").choices(OPINIONS))
    .addOption(new Option("--remark <number>", remarkList()).argParser(remarkNumber))
    .action(
      async (objects: string[], given: Asking & Terms & { readonly opinion?: string; readonly remark?: string }) => {
        const body = { ...termsOf(given), objects, opinion: given.opinion ?? null, remark: given.remark ?? null };
        printIds(await desk(given).post("/v1/desk/circle/reactions", body, idsSchema));
      },
    );
}

function groupCommand(): Command {
  return withTerms(new Command("group"))
    .description("put into the outbox that objects, whoever has said them, belong together")
    .argument("<object...>", "ids of the objects")
    .action(async (objects: string[], given: Asking & Terms) => {
      printIds(await desk(given).post("/v1/desk/circle/groupings", { ...termsOf(given), objects }, idsSchema));
    });
}

function retractCommand(): Command {
  return new Command("retract")
    .description("put the retraction of what was sent into the outbox")
    .argument("<item>")
    .action(async (id: string, given: Asking) => {
      printIds(await desk(given).post(itemPath(id, "/retract"), {}, idsSchema));
    });
}

function withTerms(command: Command): Command {
  return command
    .addOption(new Option("--tlp <level>", "TLP 2.0").choices(CIRCLE_LEVELS).default("amber+strict"))
    .addOption(
      new Option("--permitted <actions>", "IEP 2.0: what recipients may do with it").choices(PERMITTED_ACTIONS),
    );
}

const termsOf = ({ tlp, permitted }: Terms) => ({ tlp, permitted: permitted ?? null });

function actorOf({ actor, source }: Proposing): NamedActor | null {
  if (actor === undefined && source === undefined) return null;
  if (actor !== undefined && source !== undefined) return { name: actor, sources: source.map(sourceOf) };
  throw new UserError(
    "who is accused is named with a public source, or not at all",
    "give --actor NAME and --source NAME=URL, or neither",
  );
}

/** The server looks at what the two may be. */
function sourceOf(text: string): NamedActor["sources"][number] {
  const at = text.indexOf("=");
  if (at < 0) throw new UserError(`the source ${text} has no address`, "give whose page it is, =, and its address");
  return { source_name: text.slice(0, at), url: text.slice(at + 1) };
}

function printIds({ ids }: z.output<typeof idsSchema>): void {
  for (const id of ids) terminal().print(id);
}

function remarkList(): string {
  return `one of: ${REMARKS.map((remark, index) => `${index + 1} ${remark}`).join(" ")}`;
}

function remarkNumber(text: string): string {
  const remark = /^[1-9]$/.test(text) ? REMARKS[Number(text) - 1] : undefined;
  if (remark === undefined) throw new InvalidArgumentError(`give 1 to ${REMARKS.length}.`);
  return remark;
}
