import { join } from "node:path";
import type { CircleKey } from "../../src/share/stix/keyed.ts";
import { memberId, writeCircleFiles, writeLabFiles } from "./circle-files.ts";
import { startLab } from "./lab-process.ts";
import type { LabProcess } from "./lab-process.ts";
import type { Item, Status } from "./orders.ts";
import { lieOutcome, plantLie } from "./planted.ts";
import type { LieOutcome } from "./planted.ts";
import { openTap } from "./tap.ts";
import type { Teller } from "./teller.ts";
import { forEachLab, LABS } from "./worlds.ts";
import type { ByLab, LabName, Worlds } from "./worlds.ts";

const hourMs = 3_600_000;
/** Between two rounds of the circle. */
const roundMs = 12 * hourMs;

/** Who says in each lab what may leave. */
const people: ByLab<string> = { a: "Ada", b: "Berit", c: "Chen" };

export interface LifeOptions {
  readonly worlds: Worlds;
  /** Where the labs' own files go. */
  readonly folder: string;
  /** Hours that a lab goes on at once. The watch's shortest looks are due every third hour. */
  readonly stepHours: number;
  /** Hours from the network's coming to the other labs until the first lab tells of it. */
  readonly tellsAfterHours: number;
  readonly teller: Teller;
  /** The compiled `lab-server.js`. */
  readonly script: string;
}

/** Each lab by itself, to the end. */
export async function liveAlone(options: LifeOptions): Promise<ByLab<Status>> {
  const { worlds, folder } = options;
  for (const name of LABS) writeLabFiles(join(folder, name), "");
  return withLabs(options.script, async (labs) => {
    await openLabs(options, labs);
    await advance(options, labs, worlds.startMs, worlds.endMs);
    return statusOf(labs);
  });
}

export interface LifeTogether {
  readonly together: ByLab<Status>;
  /** After the first lab has taken back what it told. */
  readonly retracted: ByLab<Status>;
  /** What the first lab told. */
  readonly item: Item;
  /** What the first lab knows in the end, as `stillwatch share known` prints it. */
  readonly known: string;
  readonly lie: LieOutcome;
  readonly key: CircleKey;
}

/** The same days in a circle. What passes between the labs is written down in `traffic`. */
export async function liveTogether(options: LifeOptions, traffic: string): Promise<LifeTogether> {
  const { worlds, folder, teller } = options;
  const taps = await forEachLab((name) => openTap(name, traffic));
  try {
    const urls = { a: taps.a.url, b: taps.b.url, c: taps.c.url };
    const key = writeCircleFiles(folder, urls, worlds.startMs);
    return await withLabs(options.script, async (labs) => {
      const ports = await openLabs(options, labs);
      for (const name of LABS) taps[name].leadTo(ports[name] ?? 0);
      // The rounds that began with the labs are over, too, before time goes on: what is signed is good for its time.
      await exchange(labs, worlds.startMs);
      const tellsMs = worlds.comesMs + options.tellsAfterHours * hourMs;
      await advance(options, labs, worlds.startMs, tellsMs);
      const item = await labs.a.propose(people.a);
      teller.outbox("a", people.a, item);
      await labs.a.release(item.id, people.a);
      const lie = await plantLie(labs, worlds, item);
      for (let nowMs = tellsMs; nowMs < worlds.endMs;) {
        await exchange(labs, nowMs);
        const nextMs = Math.min(nowMs + roundMs, worlds.endMs);
        await advance(options, labs, nowMs, nextMs);
        nowMs = nextMs;
      }
      const together = await statusOf(labs);
      teller.acted(worlds.labs, together);
      const believed = await lie.drawn();
      await lie.dispute();
      await answer(labs, item, together);
      await exchange(labs, worlds.endMs);
      // What the others answered is there for the first lab with the next round.
      await exchange(labs, worlds.endMs);
      const known = await labs.a.known(teller.width, teller.color);
      teller.known(known);
      const disputed = await lie.drawn();
      await lie.retract();
      const retraction = await labs.a.retract(item.id, people.a);
      await labs.a.release(retraction.id, people.a);
      await exchange(labs, worlds.endMs);
      await exchange(labs, worlds.endMs);
      const cameOfIt = lieOutcome(worlds, { believed, disputed, retracted: await lie.drawn() });
      return { together, retracted: await statusOf(labs), item, known, lie: cameOfIt, key };
    });
  } finally {
    for (const name of LABS) await taps[name].close();
  }
}

async function withLabs<Result>(script: string, work: (labs: ByLab<LabProcess>) => Promise<Result>): Promise<Result> {
  const labs = { a: startLab(script), b: startLab(script), c: startLab(script) };
  try {
    return await work(labs);
  } finally {
    for (const name of LABS) await labs[name].close();
  }
}

async function openLabs({ worlds, folder }: LifeOptions, labs: ByLab<LabProcess>): Promise<ByLab<number | null>> {
  const open = async (name: LabName): Promise<number | null> => {
    const { folder: world, beginsMs } = worlds.labs[name];
    const { startMs } = worlds;
    return (await labs[name].open({ member: memberId(name), folder: join(folder, name), world, startMs, beginsMs }))
      .port;
  };
  const [a, b, c] = await Promise.all([open("a"), open("b"), open("c")]);
  return { a, b, c };
}

/** All labs at the same time, each in its process. One that begins later has nothing to do until then. */
async function advance(
  { worlds, teller, stepHours }: LifeOptions,
  labs: ByLab<LabProcess>,
  fromMs: number,
  untilMs: number,
): Promise<void> {
  for (let nowMs = fromMs; nowMs < untilMs;) {
    teller.progress(nowMs - worlds.startMs, worlds.endMs - worlds.startMs);
    nowMs = Math.min(nowMs + roundMs, untilMs);
    await Promise.all(LABS.map((name) => labs[name].advance(nowMs, stepHours * hourMs)));
  }
}

async function exchange(labs: ByLab<LabProcess>, nowMs: number): Promise<void> {
  for (const name of LABS) await labs[name].exchange(nowMs);
}

async function statusOf(labs: ByLab<LabProcess>): Promise<ByLab<Status>> {
  return forEachLab((name) => labs[name].status());
}

/** Whoever has found the same says so, and tells what it has found itself. */
async function answer(labs: ByLab<LabProcess>, item: Item, statuses: ByLab<Status>): Promise<void> {
  const about = item.objects.find(({ type }) => type === "campaign");
  for (const name of ["b", "c"] as const) {
    if (about === undefined || !statuses[name].campaigns.some(({ drawnBy }) => drawnBy.length > 0)) continue;
    const items = [await labs[name].react(about.id, "seen", people[name]), await labs[name].propose(people[name])];
    for (const { id } of items) await labs[name].release(id, people[name]);
  }
}
