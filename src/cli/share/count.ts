import { Command, Option } from "commander";
import { z } from "zod";
import { FAMILIES } from "../../model/report.ts";
import { disclosedCountSchema } from "../../model/sharing.ts";
import { countAnswerSchema } from "../../share/circle/count-messages.ts";
import { capabilitySchema } from "../../share/stix/extensions.ts";
import { allRows, desk, printTable, terminal } from "./asking.ts";
import type { Asking } from "./asking.ts";

interface Counting extends Asking {
  readonly capability?: string;
  readonly evidence?: string;
}

const toldCountSchema = disclosedCountSchema.extend({ name: z.string() });

export function countCommand(): Command {
  return new Command("count")
    .description(
      "ask another member how many accounts it has in the campaigns that it has told of; it answers with noise",
    )
    .argument("<member>", "whom to ask, by its name")
    .addOption(new Option("--capability <capability>", "of campaigns that take this").choices(capabilitySchema.options))
    .addOption(new Option("--evidence <family>", "of campaigns with such evidence").choices(FAMILIES))
    .action(async (member: string, given: Counting) => {
      const question = { capability: given.capability ?? null, evidence: given.evidence ?? null };
      const path = `/v1/desk/circle/members/${encodeURIComponent(member)}/count`;
      const { count, epsilon } = await desk(given).post(path, question, countAnswerSchema);
      const out = terminal();
      out.print(`${count}`);
      out.note(
        `with noise (epsilon ${epsilon.numerator}/${epsilon.denominator}), and the same until the month ends; see docs/counts.md`,
      );
    });
}

export function countsCommand(): Command {
  return new Command("counts")
    .description("list the counts that other members were told, and what each has cost of their budgets")
    .action(async (given: Asking) => {
      const told = await allRows(desk(given), "/v1/desk/circle/counts?limit=200", toldCountSchema);
      printTable(
        ["at", "month", "to", "count", "epsilon", "question"],
        told.map((one) => [
          one.at,
          one.period,
          one.name,
          String(one.count),
          String(one.millionths / 1_000_000),
          one.question,
        ]),
      );
    });
}
