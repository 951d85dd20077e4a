import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { liveAlone, liveTogether } from "./lives.ts";
import { actedOf } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import { prove, readTraffic } from "./proof.ts";
import type { Honest } from "./proof.ts";
import type { Teller } from "./teller.ts";
import { LABS, makeWorlds, readHonest } from "./worlds.ts";
import type { Size, Worlds } from "./worlds.ts";

export interface DemonstrationOptions {
  /** Made anew: what lies there is removed. */
  readonly folder: string;
  readonly size: Size;
  /** Hours that a lab goes on at once. The watch's shortest looks are due every third hour. */
  readonly stepHours: number;
  /** Hours from the network's coming to the other labs until the first lab tells of it. */
  readonly tellsAfterHours: number;
  readonly teller: Teller;
  /** The compiled `lab-server.js`; the one beside this file where it is left out. */
  readonly script?: string;
}

/** Three labs live through the same days twice: each for itself, and in a circle. */
export async function demonstrate(options: DemonstrationOptions): Promise<Outcome> {
  const { folder, size, stepHours, tellsAfterHours, teller } = options;
  const { script = fileURLToPath(new URL("lab-server.js", import.meta.url)) } = options;
  await rm(folder, { recursive: true, force: true });
  const traffic = join(folder, "traffic");
  await mkdir(traffic, { recursive: true });
  const worlds = await makeWorlds(join(folder, "worlds"), size);
  teller.worlds(worlds.labs);
  const life = { worlds, stepHours, tellsAfterHours, teller, script };
  teller.chapter("Each for itself");
  const alone = await liveAlone({ ...life, folder: join(folder, "alone") });
  teller.acted(worlds.labs, alone);
  teller.chapter("The same days again, in a circle");
  const { together, retracted, item, lie, key } = await liveTogether(
    { ...life, folder: join(folder, "circle") },
    traffic,
  );
  teller.chapter("What crossed between them, and what did not");
  const indicator = item.objects.find(({ type }) => type === "indicator")?.id ?? "";
  const proof = prove(await readTraffic(traffic), await honestOf(worlds), key, indicator);
  const labs = LABS.map((name) => {
    const lab = worlds.labs[name];
    return {
      name,
      customers: lab.honest.size,
      network: lab.network.size,
      exchanges: lab.exchanges,
      alone: actedOf(lab, alone[name]),
      together: actedOf(lab, together[name]),
      retracted: actedOf(lab, retracted[name]),
    };
  });
  return { labs, objects: item.objects.length, lie, proof };
}

async function honestOf({ labs }: Worlds): Promise<Honest> {
  const known = await Promise.all(LABS.map((name) => readHonest(labs[name])));
  return {
    accounts: LABS.reduce((sum, name) => sum + labs[name].honest.size, 0),
    facts: known.flatMap(({ facts }) => facts),
    exchanges: known.flatMap(({ exchanges }) => exchanges),
  };
}
