import type { Status } from "./orders.ts";
import { isHarmless, lieInWords } from "./planted.ts";
import type { LieOutcome } from "./planted.ts";
import type { Proof } from "./proof.ts";
import type { LabName, LabWorld } from "./worlds.ts";

export interface Outcome {
  readonly labs: readonly LabOutcome[];
  /** Objects that the first lab told. */
  readonly objects: number;
  /** Of what lab c made up. */
  readonly lie: LieOutcome;
  readonly proof: Proof;
}

export interface LabOutcome {
  readonly name: LabName;
  readonly customers: number;
  readonly network: number;
  readonly exchanges: number;
  readonly alone: Acted;
  readonly together: Acted;
  /** After the first lab has taken back what it told. */
  readonly retracted: Acted;
}

export interface Acted {
  /** Accounts of the network that something is done to. */
  readonly network: number;
  /** Customers that something was done to at any time. */
  readonly honest: number;
}

export function actedOf({ network, honest }: LabWorld, { acted, everActed }: Status): Acted {
  return {
    network: acted.filter((account) => network.has(account)).length,
    honest: everActed.filter((account) => honest.has(account)).length,
  };
}

export const recall = ({ network }: Pick<LabOutcome, "network">, acted: Acted): string =>
  `${acted.network} of ${network}`;

/**
 * Whether all is as it is meant to be: each lab finds more together than the second and third did alone, at no customer's cost, and what
 * is made up harms nobody.
 */
export function isShown({ labs, lie, proof }: Outcome): boolean {
  const isBetter = labs.every(
    ({ name, alone, together }) => together.network > 0 && (name === "a" || together.network > alone.network),
  );
  const spares = ({ alone, together, retracted }: LabOutcome): boolean =>
    alone.honest + together.honest + retracted.honest === 0;
  return proof.holds && isBetter && isHarmless(lie) && labs.every(spares);
}

/** The same as a page in Markdown. */
export function outcomePage({ labs, objects, lie, proof }: Outcome): string {
  const rows = labs.map(
    (lab) =>
      `| ${[lab.name, lab.network, recall(lab, lab.alone), recall(lab, lab.together), lab.customers, lab.together.honest].join(" | ")} |`,
  );
  const kinds = Object.entries(proof.lookedFor).map(([what, number]) => `| ${what} | ${number} |`);
  return `# Three labs in a circle

| lab | accounts of the network | acted on alone | together | customers | of these acted on |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

Lab a told ${objects} objects; ${proof.trafficBytes} bytes passed. Looked for in them, in ${proof.found.length} places found:

| what | different ones |
| --- | --- |
${kinds.join("\n")}

${lieInWords(lie)}

The proof ${proof.holds ? "holds" : "does not hold"}.
`;
}
