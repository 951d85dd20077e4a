import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { canonicalJson } from "../../kit/canonical-json.ts";
import { UserError } from "../../kit/user-error.ts";
import { listYamlFiles, openYamlFile } from "../../kit/yaml-file.ts";
import type { YamlFile } from "../../kit/yaml-file.ts";
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

/** The same of one file. */
export function loadPolicy(path: string): Policy {
  const file = openYamlFile(path);
  const source = file.parse(policyFileSchema);
  if (`${source.name}.yaml` !== file.name) throw file.error(["name"], `the name ${source.name} is not the file's name`);
  checkRules(file, source.rules);
  checkCoverage(file, source);
  const policy: Policy = Object.freeze({
    name: source.name,
    version: versionOf(source),
    text: file.text,
    mode: source.mode,
    newlyAffectedPerHourMax: source["newly-affected-per-hour"],
    allow: source.allow.map(({ kind, value, reason }) => Object.freeze({ scope: { kind, value }, reason })),
    rules: source.rules.map(compileRule),
  });
  source.cases.forEach((given, index) => runCase(file, policy, given, index));
  return policy;
}

function versionOf({ name, mode, allow, rules, "newly-affected-per-hour": perHour }: PolicyFile): string {
  return createHash("sha256").update(canonicalJson({ name, mode, perHour, allow, rules })).digest("hex").slice(0, 16);
}

function checkRules(file: YamlFile, rules: PolicyFile["rules"]): void {
  rules.forEach((rule, index) => {
    const at = ["rules", index];
    const earlier = rules.slice(0, index);
    if (earlier.some((other) => other.id === rule.id))
      throw file.error([...at, "id"], `the id ${rule.id} is taken by an earlier rule`);
    const catchAll = earlier.find((other) => Object.keys(other.when).length === 0);
    if (catchAll !== undefined)
      throw file.error([...at, "id"], `no account gets here: ${catchAll.id} takes all, so it must come last`);
    const ownCondition = accountConditionIn(rule.when);
    if (rule.scope === "campaign" && ownCondition !== undefined)
      throw file.error(
        [...at, "when", ownCondition],
        `a rule for the whole campaign can't ask for ${ownCondition}: say scope: account`,
      );
    rule.steps.forEach((step, position) => checkStep(file, [...at, "steps", position], step, rule.steps[position - 1]));
  });
}

function checkStep(
  file: YamlFile,
  at: readonly (string | number)[],
  step: PolicyStep,
  before: PolicyStep | undefined,
): void {
  if (before === undefined) {
    if (step.after !== undefined)
      throw file.error([...at, "after"], "the first step is taken at once: leave after out");
    return;
  }
  if (step.after === undefined) throw file.error(at, "a further step needs after: how long the case has stood by then");
  if (step.after <= (before.after ?? 0)) throw file.error([...at, "after"], "comes before the step above: order them");
  if (hardnessOf(step.action) < hardnessOf(before.action))
    throw file.error([...at, "action"], `${step.action} is milder than ${before.action}: steps go from mild to hard`);
}

function checkCoverage(file: YamlFile, { rules, cases }: PolicyFile): void {
  const expected = new Set(cases.map((one) => (one.expect === "nothing" ? undefined : one.expect.rule)));
  rules.forEach((rule, index) => {
    if (!expected.has(rule.id))
      throw file.error(["rules", index, "id"], `no case expects the rule ${rule.id}: add one`);
  });
}

function compileRule(source: PolicyFile["rules"][number]): Rule {
  const { id, title, when, category, scope, canary } = source;
  const [first, ...others] = source.steps.map(compileStep);
  if (first === undefined) throw new TypeError(`the rule ${id} has no step`);
  const steps: Rule["steps"] = [first, ...others];
  return Object.freeze({ id, title, when, category, scope, canaryPercent: canary, steps });
}

function runCase(file: YamlFile, policy: Policy, source: PolicyCase, index: number): void {
  const at = ["cases", index, "expect"];
  const rule = ruleFor(policy, givenSituation(source.given));
  const got = rule === null ? "nothing" : `${stepAt(rule, source["stands-for"] ?? 0).action} by ${rule.id}`;
  const expected = source.expect === "nothing" ? "nothing" : `${source.expect.action} by ${source.expect.rule}`;
  if (got !== expected) throw file.error(at, `"${source.about}": expected ${expected}, got ${got}`);
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
