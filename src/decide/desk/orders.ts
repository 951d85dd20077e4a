import { UserError } from "../../kit/user-error.ts";
import type { Decision, DecisionScope, Hold } from "../../model/decision.ts";
import type { Allowance, Exemption } from "../../model/exemption.ts";
import type { SwitchName } from "../../model/policy.ts";
import type { Repositories } from "../../store/state/state.ts";
import type { Policy } from "../policy/policy.ts";
import type { Step } from "../policy/step.ts";
import { admitWaiting } from "./admission.ts";
import { readAllowed, requireRoom } from "./allowed.ts";
import { endProtected } from "./decide.ts";
import { decisionId } from "./decision-id.ts";
import { readDeskTime } from "./ground.ts";
import { scopesOf } from "./protection.ts";
import { readEnforced, readReachingScopes } from "./reaching.ts";
import { personsPolicy } from "./reconcile.ts";
import { auditEvent, recordChange } from "./record.ts";
import type { Person } from "./record.ts";

/** What people order the desk to do. Each order has a name and a reason, which the audit log keeps. */

/** A decision by a person. The step is written as in a policy. */
export interface Order {
  readonly account: string;
  readonly scope: DecisionScope;
  /** The case that it is about, if it is about one. */
  readonly campaign: string | null;
  readonly step: Step;
}

export async function setSwitch(
  state: Repositories,
  policy: Policy,
  { name, on, by }: { readonly name: SwitchName; readonly on: boolean; readonly by: Person },
  nowMs: number,
): Promise<void> {
  await state.policies.setSwitch({ name, on, actor: by.name, reason: by.reason, at: iso(nowMs) });
  const changed = await applySwitch(state, policy, name, on, nowMs);
  const subject = { kind: "switch", id: name };
  await state.audit.append([auditEvent(on ? "switch.on" : "switch.off", subject, { decisions: changed }, nowMs, by)]);
}

/** How many decisions it changed. They are not written to the audit log one by one: haste is what a kill switch is for. */
async function applySwitch(
  state: Repositories,
  policy: Policy,
  name: SwitchName,
  on: boolean,
  nowMs: number,
): Promise<number> {
  if (name === "kill") {
    if (on) return state.decisions.suspendAll(nowMs);
    const resumed = await state.decisions.resumeAll(nowMs);
    return resumed + (await admitWaiting(state, await readDeskTime(state, policy, nowMs)));
  }
  if (!on) return 0;
  const ends = (await readEnforced(state, nowMs)).map((decision) => ({ decision, cause: "replaced" as const }));
  await recordChange(state, { ends }, nowMs);
  return ends.length;
}

export async function order(
  state: Repositories,
  policy: Policy,
  { account, scope, campaign, step }: Order,
  by: Person,
  nowMs: number,
): Promise<Decision> {
  const [facts] = await state.accounts.get([account]);
  const [standing] = await state.standings.latest([account]);
  const scopes = [scope, ...scopesOf(account, facts ?? null, standing?.carriers ?? [])];
  const entry = (await readAllowed(state, policy, nowMs)).find((one) =>
    scopes.some(({ kind, value }) => one.scope.kind === kind && one.scope.value === value),
  );
  if (entry !== undefined)
    throw new UserError(`${account} is on the allow-list: ${entry.reason}`, "take that entry back first");
  const held = await holdOnOrders(state);
  const decision = {
    scope,
    account,
    action: step.action,
    parameters: step.parameters,
    campaign,
    category: "manual-review" as const,
    reasons: [by.reason],
    policy: { name: personsPolicy, rule: "order", version: "1" },
    since: iso(nowMs),
    created: iso(nowMs),
    expires: iso(nowMs + step.ttlMs),
    simulated: held !== null,
    held,
  };
  const made = { id: decisionId(decision), ...decision };
  await recordChange(state, { makes: [made] }, nowMs, { by });
  return made;
}

/** The policy's own dry run does not hold up what a person orders. */
async function holdOnOrders(state: Repositories): Promise<Hold | null> {
  if ((await state.policies.switch("dry-run"))?.on === true) return "dry-run";
  return (await state.policies.switch("kill"))?.on === true ? "suspended" : null;
}

export async function lift(state: Repositories, id: string, by: Person, nowMs: number): Promise<void> {
  const found = await state.decisions.find(id);
  if (found === null || found.ended !== null) throw new UserError(`there is no decision ${id} in force`);
  if (found.decision.policy.name !== personsPolicy)
    throw new UserError(
      `decision ${id} was made by the policy ${found.decision.policy.name}, which would make it again`,
      "uphold an appeal against it, or exempt the account",
    );
  await recordChange(state, { ends: [{ decision: found.decision, cause: "manual" }] }, nowMs, { by });
}

export async function exempt(
  state: Repositories,
  policy: Policy,
  given: Omit<Exemption, "granted_by" | "reason" | "revoked">,
  by: Person,
  nowMs: number,
): Promise<void> {
  const exemption = { ...given, granted_by: by.name, reason: by.reason, revoked: null };
  await state.exemptions.grant(exemption);
  const { id, holder, use, campaign, requests_per_day, expires } = exemption;
  const detail = { holder, use, campaign, requests_per_day, expires };
  await state.audit.append([auditEvent("exemption.granted", { kind: "exemption", id }, detail, nowMs, by)]);
  await endProtected(state, policy, await accountsOf(state, holder), nowMs);
}

export async function allow(
  state: Repositories,
  policy: Policy,
  given: Omit<Allowance, "granted_by" | "reason" | "revoked">,
  by: Person,
  nowMs: number,
): Promise<void> {
  await requireRoom(state, nowMs);
  await state.allowances.grant({ ...given, granted_by: by.name, reason: by.reason, revoked: null });
  const { id, scope, expires } = given;
  await state.audit.append([auditEvent("allowance.granted", { kind: "allowance", id }, { scope, expires }, nowMs, by)]);
  const reaching = await readReachingScopes(state, [scope], nowMs);
  await recordChange(state, { ends: reaching.map((decision) => ({ decision, cause: "manual" })) }, nowMs, { by });
  await endProtected(state, policy, await accountsOf(state, scope), nowMs);
}

export async function revoke(
  state: Repositories,
  kind: "exemption" | "allowance",
  id: string,
  by: Person,
  nowMs: number,
): Promise<void> {
  const list = kind === "exemption" ? state.exemptions : state.allowances;
  if (!(await list.revoke(id, nowMs))) throw new UserError(`there is no ${kind} ${id} in force`);
  await state.audit.append([auditEvent(`${kind}.revoked`, { kind, id }, {}, nowMs, by)]);
}

/** As far as the holder tells who they are; others are seen with their next standing. */
async function accountsOf(state: Repositories, { kind, value }: DecisionScope): Promise<string[]> {
  if (kind === "account") return [value];
  return kind === "organization" ? state.accounts.ofOrganization(value) : [];
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
