import { loadPolicies, loadPolicy } from "../../decide/policy/load.ts";
import type { Policy } from "../../decide/policy/policy.ts";
import { UserError } from "../../kit/user-error.ts";

/** A policy that comes with Stillwatch, by its name, or one in a .yaml file. Throws a `UserError` where there is none. */
export function findPolicy(name: string): Policy {
  if (name.endsWith(".yaml")) return loadPolicy(name);
  const policies = loadPolicies();
  const policy = policies.get(name);
  if (policy === undefined)
    throw new UserError(
      `there is no policy "${name}"`,
      `choose one of: ${[...policies.keys()].join(", ")}; or give a .yaml file`,
    );
  return policy;
}
