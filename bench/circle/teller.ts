import { count, counted } from "../../src/cli/report/words.ts";
import { renderTable } from "../../src/cli/terminal/table.ts";
import type { Column } from "../../src/cli/terminal/table.ts";
import type { Terminal } from "../../src/cli/terminal/terminal.ts";
import { BEHAVIOUR_PATTERN } from "../../src/share/stix/behaviour.ts";
import type { Item, Status } from "./orders.ts";
import { actedOf, recall } from "./outcome.ts";
import type { LabOutcome, Outcome } from "./outcome.ts";
import { lieInWords } from "./planted.ts";
import { LABS } from "./worlds.ts";
import type { ByLab, LabName, LabWorld } from "./worlds.ts";

/** Tells a person what happens, as it happens. */
export interface Teller {
  worlds(labs: ByLab<LabWorld>): void;
  chapter(title: string): void;
  progress(doneMs: number, totalMs: number): void;
  acted(labs: ByLab<LabWorld>, statuses: ByLab<Status>): void;
  outbox(lab: LabName, person: string, item: Item): void;
  known(text: string): void;
  outcome(outcome: Outcome): void;
  readonly width: number;
  readonly color: boolean;
}

/** Of what leaves, so much is shown on a screen. */
const shownCharacters = 700;

export function createTeller(terminal: Terminal): Teller {
  const { paint, width } = terminal;
  const chapter = (title: string): void => terminal.print(`\n${paint("bold", title)}`);
  return {
    width,
    color: paint("bold", "x") !== "x",
    chapter,
    worlds(labs) {
      chapter("Three labs, and one relay network that harvests all of them");
      for (const name of LABS) {
        const { honest, network, exchanges } = labs[name];
        terminal.print(
          `Lab ${name}: ${counted(honest.size, "customer")} of its own and ${counted(network.size, "account")} of the network, ` +
            counted(exchanges, "exchange"),
        );
      }
      terminal.print(
        "No account is at two of them. Each lab is a process with an engine, a detector and decisions of its own.",
      );
    },
    progress(doneMs, totalMs) {
      const hours = (ms: number): number => Math.round(ms / 3_600_000);
      terminal.progress.update({ done: hours(doneMs), total: hours(totalMs), unit: "hours", label: "Living through" });
    },
    acted(labs, statuses) {
      for (const name of LABS) {
        const { network, honest } = actedOf(labs[name], statuses[name]);
        const [campaign] = statuses[name].campaigns;
        const why =
          campaign === undefined
            ? "it sees no campaign"
            : `by ${campaign.families.join(", ")} in its own log` +
              (campaign.drawnBy.length === 0 ? "" : ", after it was told where to look");
        terminal.print(
          `Lab ${name} acts on ${network} of ${counted(labs[name].network.size, "account")} of the network, and on ` +
            `${counted(honest, "customer")}: ${why}`,
        );
      }
    },
    outbox(lab, person, { objects, recipients }) {
      const types = new Map<string, number>();
      for (const { type } of objects) types.set(type, (types.get(type) ?? 0) + 1);
      terminal.print(
        `Lab ${lab} has found a campaign and may tell of it. ${person} looks through what would leave, to ${recipients.join(" and ")}:`,
      );
      terminal.print(paint("dim", `  ${[...types].map(([type, number]) => `${number} ${type}`).join(", ")}`));
      const behaviour = objects.find((object) => object["pattern_type"] === BEHAVIOUR_PATTERN);
      terminal.print(paint("dim", `  ${JSON.stringify(behaviour).slice(0, shownCharacters)}…`));
      terminal.print(`${person} releases it.`);
    },
    known(text) {
      terminal.print(`\nWhat lab a knows in the end, from its own word and that of the others:\n${text}`);
    },
    outcome: (outcome) => tellOutcome(outcome, terminal),
  };
}

const columns: readonly Column<LabOutcome>[] = [
  { title: "LAB", align: "left", widthMin: 3, cell: ({ name }) => name },
  { title: "NETWORK", align: "right", widthMin: 7, cell: ({ network }) => String(network) },
  { title: "ALONE", align: "right", widthMin: 5, cell: (lab) => recall(lab, lab.alone) },
  { title: "TOGETHER", align: "right", widthMin: 8, cell: (lab) => recall(lab, lab.together) },
  { title: "CUSTOMERS", align: "right", widthMin: 9, cell: ({ customers }) => String(customers) },
  { title: "ACTED ON", align: "right", widthMin: 8, cell: ({ together }) => String(together.honest) },
  { title: "AFTER IT IS TAKEN BACK", align: "right", widthMin: 10, cell: (lab) => recall(lab, lab.retracted) },
];

function tellOutcome({ labs, objects, lie, proof }: Outcome, { print, paint, width }: Terminal): void {
  const looked = Object.entries(proof.lookedFor).map(([what, number]) => `${number.toLocaleString("en")} ${what}`);
  print(
    `${count(proof.trafficBytes)} bytes passed, both ways, with everything about it; lab a told ${counted(objects, "object")}. In these bytes ` +
      `was looked for what is known of ${counted(proof.customers, "honest customer")}, in the clear, escaped, in base64 and as digests:`,
  );
  print(paint("dim", `  ${looked.join(", ")}`));
  for (const { what, found } of proof.controls)
    print(`  ${found ? paint("green", "found") : paint("red", "not found")}, as it must be: ${what}`);
  for (const { what, form, file } of proof.found) print(paint("red", `  found: ${what}, ${form}, in ${file}`));
  print(paint("bold", proof.holds ? "None of it crossed." : "The proof does not hold."));
  print(`\n${renderTable(columns, labs, { width, paint })}`);
  print(`\n${lieInWords(lie)}`);
}
