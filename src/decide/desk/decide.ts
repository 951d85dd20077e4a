import { inSlices } from "../../kit/slices.ts";
import { mapInTurns } from "../../kit/turns.ts";
import type { Standing } from "../../model/decision.ts";
import type { Repositories } from "../../store/state/state.ts";
import type { Policy } from "../policy/policy.ts";
import { admitWaiting } from "./admission.ts";
import { readDeskTime, readGround } from "./ground.ts";
import { readEnforced, readReachingScopes } from "./reaching.ts";
import { scopesOf } from "./protection.ts";
import { personsPolicy, reconcile } from "./reconcile.ts";
import type { AccountView, DeskTime } from "./reconcile.ts";
import { auditEvent, rowsPerStatementMax, recordChange } from "./record.ts";

// Limits.
/** Standings of one call, which is one transaction. */
export const standingsMax = 100_000;

/** How many decisions a call changed. */
export interface Outcome {
  readonly made: number;
  readonly renewed: number;
  readonly ended: number;
  readonly expired: number;
  /** Of those that wait, how many came into force within the cap. */
  readonly admitted: number;
}

export const nothingDone: Outcome = Object.freeze({ made: 0, renewed: 0, ended: 0, expired: 0, admitted: 0 });

export async function adopt(state: Repositories, policy: Policy, nowMs: number): Promise<Outcome> {
  await activate(state, policy, nowMs);
  const desk = await readDeskTime(state, policy, nowMs);
  const unwanted = desk.enforcing ? [] : await readEnforced(state, nowMs);
  const reaching = await readReachingScopes(
    state,
    policy.allow.map(({ scope }) => scope),
    nowMs,
  );
  const allowed = reaching.filter(({ id }) => !unwanted.some((one) => one.id === id));
  const ends = [
    ...unwanted.map((decision) => ({ decision, cause: "replaced" as const })),
    ...allowed.map((decision) => ({ decision, cause: "manual" as const })),
  ];
  await recordChange(state, { ends }, nowMs);
  return { made: 0, renewed: 0, ended: ends.length, expired: 0, admitted: 0 };
}

async function activate(state: Repositories, { name, version, text }: Policy, nowMs: number): Promise<void> {
  const active = await state.policies.active();
  if (active.length === 1 && active[0]?.version === version) return;
  for (const other of active) await state.policies.deactivate(other.name);
  await state.policies.activate({ name, version, text, loaded: new Date(nowMs).toISOString() });
  await state.audit.append([auditEvent("policy.adopted", { kind: "policy", id: name }, { version }, nowMs)]);
}

export async function take(
  state: Repositories,
  policy: Policy,
  given: readonly Standing[],
  nowMs: number,
): Promise<Outcome> {
  if (given.length > standingsMax) throw new RangeError(`more than ${standingsMax} standings at once`);
  const expired = await expire(state, nowMs);
  const standings = latestOfEach(given);
  for (const some of inSlices(standings, rowsPerStatementMax)) await state.standings.put(some);
  const desk = await readDeskTime(state, policy, nowMs);
  const ground = await readGround(state, standings, desk);
  const views = await mapInTurns(standings, (standing) => ground.view(standing));
  return { ...(await write(state, desk, views)), expired };
}

/** Ends before it makes, so that what is replaced waits for nothing any more. */
async function write(
  state: Repositories,
  desk: DeskTime,
  views: readonly AccountView[],
): Promise<Omit<Outcome, "expired">> {
  const changes = await mapInTurns(views, (view) => reconcile(view, desk));
  const ends = changes.flatMap((change) => change.ends);
  const renews = changes.flatMap((change) => change.renews);
  const makes = changes.flatMap((change) => change.makes);
  const evidence = new Map(views.map(({ standing }) => [standing.account, standing.evidence]));
  const circumstances = { evidenceOf: (account: string) => evidence.get(account) ?? [] };
  const ready = makes.filter(({ held }) => held !== "waiting");
  await recordChange(state, { ends, renews, makes: ready }, desk.nowMs, circumstances);
  const isFree = (view: AccountView, index: number): boolean =>
    view.protection !== null || changes[index]?.ends.some(({ cause }) => cause === "released") === true;
  const others = await endWide(state, views.filter(isFree), desk.nowMs);
  const waiting = makes.filter(({ held }) => held === "waiting");
  const admitted = await admitWaiting(state, desk, waiting, circumstances);
  return { made: makes.length, renewed: renews.length, ended: ends.length + others, admitted };
}

/** Whoever is let go, or never was to be touched, must not be hit by what was decided on another account that uses the same address. */
async function endWide(state: Repositories, freed: readonly AccountView[], nowMs: number): Promise<number> {
  const scopes = freed.flatMap(({ standing, facts }) => scopesOf(standing.account, facts, standing.carriers));
  const reaching = await readReachingScopes(
    state,
    scopes.filter(({ kind }) => kind !== "account"),
    nowMs,
  );
  const ends = reaching
    .filter(({ policy }) => policy.name !== personsPolicy)
    .map((decision) => ({ decision, cause: "released" as const }));
  await recordChange(state, { ends }, nowMs);
  return ends.length;
}

/**
 * An account may stand in several campaigns over a batch: the last word counts. The most suspect come first, which is the order
 * in which they are let in.
 */
function latestOfEach(standings: readonly Standing[]): Standing[] {
  const latest = new Map<string, Standing>();
  for (const standing of standings) {
    const known = latest.get(standing.account);
    if (known === undefined || Date.parse(known.time) <= Date.parse(standing.time))
      latest.set(standing.account, standing);
  }
  return [...latest.values()].sort((one, other) => other.score - one.score || (one.account < other.account ? -1 : 1));
}

export async function tick(state: Repositories, policy: Policy, nowMs: number): Promise<Outcome> {
  const expired = await expire(state, nowMs);
  const admitted = await admitWaiting(state, await readDeskTime(state, policy, nowMs));
  return { made: 0, renewed: 0, ended: 0, expired, admitted };
}

/** Expiry was decided with the decision, so it has no audit entry of its own. */
async function expire(state: Repositories, nowMs: number): Promise<number> {
  let ended = 0;
  for (;;) {
    const some = await state.decisions.expireDue(nowMs);
    if (some.length === 0) return ended;
    ended += some.length;
  }
}

/** Ends what people have exempted these accounts from, as far as it is in force. */
export async function endProtected(
  state: Repositories,
  policy: Policy,
  accounts: readonly string[],
  nowMs: number,
): Promise<void> {
  const standings = await state.standings.latest(accounts);
  const desk = await readDeskTime(state, policy, nowMs);
  const ground = await readGround(state, standings, desk);
  const views = standings.map((standing) => ground.view(standing)).filter(({ protection }) => protection !== null);
  await write(state, desk, views);
}
