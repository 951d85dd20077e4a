import { counted } from "../../src/cli/report/words.ts";
import type { LabProcess } from "./lab-process.ts";
import type { Drawn, Item } from "./orders.ts";
import type { ByLab, Worlds } from "./worlds.ts";

/** Who makes it up, at lab c, and who speaks for the customers that it is about, at lab b. */
const [liar, defender] = ["Cid", "Berit"];

/** What came of a campaign that lab c made up of lab b's customers. */
export interface LieOutcome {
  /** Lab b's customers at whom it pointed there, of how many. */
  readonly pointedAt: number;
  readonly customers: number;
  /** Accounts of either lab that stood in a campaign at any time because of it, confirmed or not. */
  readonly accused: number;
  /** The same of what lab a told, which is true, at lab b: what the measure must find, or it shows nothing. */
  readonly accusedByTruth: number;
  /** Indicators of it that were looked for at the labs that heard it: at the end, after lab b disputed it, and after lab c took it back. */
  readonly leads: { readonly a: Stages; readonly b: Stages };
}

interface Stages {
  readonly believed: number;
  readonly disputed: number;
  readonly retracted: number;
}

export interface PlantedLie {
  /** Lab b's staff finds that the accounts are honest. What follows is there with the next rounds. */
  dispute(): Promise<void>;
  /** Lab c takes it back. The same. */
  retract(): Promise<void>;
  /** What follows from it now. */
  drawn(): Promise<DrawnAt>;
}

interface DrawnAt {
  readonly a: Drawn;
  readonly b: Drawn;
  /** What follows from lab a's word at lab b. */
  readonly truth: Drawn;
}

/**
 * Lab c tells of a campaign that does not exist, made of what lab b's honest customers have in common in lab b's own log.
 *
 * @param truth what lab a tells.
 */
export async function plantLie(labs: ByLab<LabProcess>, worlds: Worlds, truth: Item): Promise<PlantedLie> {
  const signals = await labs.b.signals([...worlds.labs.b.honest]);
  const item = await labs.c.lie(signals, liar);
  await labs.c.release(item.id, liar);
  const indicators = idsOf(item, "indicator");
  return {
    async dispute() {
      for (const to of idsOf(item, "campaign")) {
        const reaction = await labs.b.react(to, "honest", defender);
        await labs.b.release(reaction.id, defender);
      }
    },
    async retract() {
      const retraction = await labs.c.retract(item.id, liar);
      await labs.c.release(retraction.id, liar);
    },
    drawn: async () => ({
      a: await labs.a.drawn(indicators),
      b: await labs.b.drawn(indicators),
      truth: await labs.b.drawn(idsOf(truth, "indicator")),
    }),
  };
}

/** @param stages what followed from it at the end, after it was disputed, and after it was taken back. */
export function lieOutcome(
  { labs }: Worlds,
  { believed, disputed, retracted }: Readonly<Record<keyof Stages, DrawnAt>>,
): LieOutcome {
  const leadsAt = (lab: "a" | "b"): Stages => ({
    believed: believed[lab].leads,
    disputed: disputed[lab].leads,
    retracted: retracted[lab].leads,
  });
  return {
    pointedAt: believed.b.accounts.filter((account) => labs.b.honest.has(account)).length,
    customers: labs.b.honest.size,
    accused: retracted.a.accused.length + retracted.b.accused.length,
    accusedByTruth: retracted.truth.accused.length,
    leads: { a: leadsAt("a"), b: leadsAt("b") },
  };
}

/** Whether it was looked into, convicted nobody, and nothing is left of it. */
export function isHarmless({ pointedAt, accused, accusedByTruth, leads: { a, b } }: LieOutcome): boolean {
  const isGone = b.disputed === 0 && a.retracted + b.retracted === 0;
  return b.believed > 0 && pointedAt > 0 && accused === 0 && accusedByTruth > 0 && isGone;
}

/** The same for a person. */
export function lieInWords({ pointedAt, customers, accused, accusedByTruth, leads: { a, b } }: LieOutcome): string {
  return (
    `Someone at lab c told of a campaign that does not exist, of what lab b's customers have in common. Lab a looked for ${a.believed} of ` +
    `its indicators, lab b for ${b.believed}: at lab b they pointed at ${pointedAt} of ${counted(customers, "customer")}, and ${accused} ` +
    `came to stand in a campaign; by what lab a told, which is true, ${accusedByTruth} did there. After lab b said that they are honest ` +
    `it looked for ${b.disputed}; after lab c took it back, lab a for ${a.retracted} and lab b for ${b.retracted}.`
  );
}

function idsOf({ objects }: Item, type: string): string[] {
  return objects.flatMap((object) => (object.type === type ? object.id : []));
}
