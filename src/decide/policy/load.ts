import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { canonicalJson } from "../../kit/canonical-json.ts";
import { UserError } from "../../kit/user-error.ts";
import { listYamlFiles, openYamlFile } from "../../kit/yaml-file.ts";
import type { YamlFault, YamlFile } from "../../kit/yaml-file.ts";
import { accountConditionIn } from "./condition.ts";
import { policyFileSchema } from "./policy-file.ts";
import type { PolicyCase, PolicyFile } from "./policy-file.ts";
import { hardnessOf, ruleFor, stepAt } from "./policy.ts";
import type { Policy, Rule } from "./policy.ts";
import type { Situation } from "./situation.ts";
import { compileStep } from "./step.ts";
import type { PolicyStep } from "./step.ts";

const ownPolicies = fileURLToPath(new URL("../../../packs/policies/", import.meta.url));

/**
 * Reads, checks and compiles every policy of a folder, and runs each one's own cases. Default: those that come with
 * Stillwatch. Throws a `UserError` that names file, line, column, reason and what would be right.
 */
export function loadPolicies(directory: string = ownPolicies): ReadonlyMap<string, Policy> {
  const paths = listYamlFiles(directory, "folder of policies");
  if (paths.length === 0) throw new UserError(`the folder of policies ${directory} holds no .yaml file`);
  return new Map(paths.map((path) => loadPolicy(path)).map((policy) => [policy.name, policy]));
}

/** The same of one file. All faults of a kind are told at once; cases are run where the rules are sound. */
export function loadPolicy(path: string): Policy {
  const file = openYamlFile(path);
  const source = file.parse(policyFileSchema);
  file.refuse([...nameFaults(file, source), ...source.rules.flatMap(ruleFaults), ...coverageFaults(source)]);
  const policy: Policy = Object.freeze({
    name: source.name,
    version: versionOf(source),
    text: file.text,
    mode: source.mode,
    newlyAffectedPerHourMax: source["newly-affected-per-hour"],
    allow: source.allow.map(({ kind, value, reason }) => Object.freeze({ scope: { kind, value }, reason })),
    rules: source.rules.map(compileRule),
  });
  file.refuse(source.cases.flatMap((given, index) => caseFaults(policy, given, index)));
  return policy;
}

function versionOf({ name, mode, allow, rules, "newly-affected-per-hour": perHour }: PolicyFile): string {
  return createHash("sha256").update(canonicalJson({ name, mode, perHour, allow, rules })).digest("hex").slice(0, 16);
}

function nameFaults(file: YamlFile, { name }: PolicyFile): YamlFault[] {
  return `${name}.yaml` === file.name ? [] : [{ path: ["name"], reason: `the name ${name} is not the file's name` }];
}

function ruleFaults(rule: PolicyFile["rules"][number], index: number, rules: PolicyFile["rules"]): YamlFault[] {
  const at = ["rules", index];
  const earlier = rules.slice(0, index);
  const faults: YamlFault[] = [];
  if (earlier.some((other) => other.id === rule.id))
    faults.push({ path: [...at, "id"], reason: `the id ${rule.id} is taken by an earlier rule` });
  const catchAll = earlier.find((other) => Object.keys(other.when).length === 0);
  if (catchAll !== undefined)
    faults.push({
      path: [...at, "id"],
      reason: `no account gets here: ${catchAll.id} takes all, so it must come last`,
    });
  const ownCondition = accountConditionIn(rule.when);
  if (rule.scope === "campaign" && ownCondition !== undefined)
    faults.push({
      path: [...at, "when", ownCondition],
      reason: `a rule for the whole campaign can't ask for ${ownCondition}: say scope: account`,
    });
  const steps = rule.steps.flatMap((step, position) =>
    stepFaults([...at, "steps", position], step, rule.steps[position - 1]),
  );
  return [...faults, ...steps];
}

function stepFaults(at: readonly (string | number)[], step: PolicyStep, before: PolicyStep | undefined): YamlFault[] {
  const after = [...at, "after"];
  if (before === undefined)
    return step.after === undefined
      ? []
      : [{ path: after, reason: "the first step is taken at once: leave after out" }];
  const faults: YamlFault[] = [];
  if (step.after === undefined)
    faults.push({ path: at, reason: "a further step needs after: how long the case has stood by then" });
  else if (step.after <= (before.after ?? 0))
    faults.push({ path: after, reason: "comes before the step above: order them" });
  if (hardnessOf(step.action) < hardnessOf(before.action))
    faults.push({
      path: [...at, "action"],
      reason: `${step.action} is milder than ${before.action}: steps go from mild to hard`,
    });
  return faults;
}

function coverageFaults({ rules, cases }: PolicyFile): YamlFault[] {
  const expected = new Set(cases.map((one) => (one.expect === "nothing" ? undefined : one.expect.rule)));
  return rules.flatMap(({ id }, index) =>
    expected.has(id) ? [] : [{ path: ["rules", index, "id"], reason: `no case expects the rule ${id}: add one` }],
  );
}

function compileRule(source: PolicyFile["rules"][number]): Rule {
  const { id, title, when, category, scope, canary } = source;
  const [first, ...others] = source.steps.map(compileStep);
  if (first === undefined) throw new TypeError(`the rule ${id} has no step`);
  const steps: Rule["steps"] = [first, ...others];
  return Object.freeze({ id, title, when, category, scope, canaryPercent: canary, steps });
}

function caseFaults(policy: Policy, source: PolicyCase, index: number): YamlFault[] {
  const rule = ruleFor(policy, givenSituation(source.given));
  const got = rule === null ? "nothing" : `${stepAt(rule, source["stands-for"] ?? 0).action} by ${rule.id}`;
  const expected = source.expect === "nothing" ? "nothing" : `${source.expect.action} by ${source.expect.rule}`;
  if (got === expected) return [];
  return [{ path: ["cases", index, "expect"], reason: `"${source.about}": expected ${expected}, got ${got}` }];
}

function givenSituation(given: PolicyCase["given"]): Situation {
  return {
    status: given.status ?? "member",
    joined: given.joined ?? "convicted",
    confidence: given.confidence ?? 0,
    coordinated: given.coordinated ?? 0,
    extractive: given.extractive ?? 0,
    unauthorised: given.unauthorised ?? 0,
    accounts: given.accounts ?? 0,
    families: given.families ?? {},
    capabilities: given.capabilities ?? [],
    score: given.score ?? 0,
    harvestTasks: given["harvest-tasks"] ?? 0,
    harvestShare: given["harvest-share"] ?? 0,
    plan: given.plan,
    declaredUse: given["declared-use"],
    verified: given.verified,
    tenureDays: given["tenure-days"],
  };
}
