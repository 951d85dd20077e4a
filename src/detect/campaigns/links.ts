import { mapInTurns } from "../../kit/turns.ts";
import type { Campaign } from "../../model/report.ts";
import { cosine } from "../candidates/profile.ts";
import type { Profile } from "../candidates/profile.ts";
import { isTrace } from "../observation/token-kinds.ts";
import type { Observation } from "../observation/observation.ts";

// Limits: what a person can look at.
const linksMax = 400;
/** Likeness is compared among this many accounts; every account has its nearest two drawn. */
const accountsMax = 300;
const nearestPerAccount = 2;
/** A token shared by more members than this is drawn as a chain, not as a clique. */
const cliqueMax = 4;

/** Why two accounts stand together: shared traces first, then the likeness of their templates. */
export async function linksOf(
  observation: Observation,
  profiles: ReadonlyMap<number, Profile>,
): Promise<Campaign["links"]> {
  const names = observation.members.map((member) => member.account);
  const links: Campaign["links"] = [];
  const shared = observation.tokens.filter((token) => isTrace(token.kind)).sort((a, b) => a.accounts - b.accounts);
  for (const token of shared) {
    for (const [a, b] of pairsOf(token.members)) {
      if (links.length >= linksMax / 2) break;
      links.push({ from: names[a]!, to: names[b]!, weight: 1, via: token.kind.replace("_", " ") });
    }
  }
  const compared = observation.members.slice(0, accountsMax).flatMap((member) => profiles.get(member.index) ?? []);
  const byIndex = new Map(observation.members.map((member) => [member.index, member.account]));
  const nearest = await mapInTurns(compared, (profile) =>
    compared
      .filter((other) => other.account !== profile.account)
      .map((other) => ({ from: profile.account, to: other.account, weight: cosine(profile, other) }))
      .sort((a, b) => b.weight - a.weight)
      .slice(0, nearestPerAccount),
  );
  for (const link of nearest
    .flat()
    .sort((a, b) => b.weight - a.weight)
    .slice(0, linksMax - links.length))
    links.push({
      from: byIndex.get(link.from)!,
      to: byIndex.get(link.to)!,
      weight: Math.min(link.weight, 1),
      via: "templates",
    });
  return links;
}

function pairsOf(members: readonly number[]): [number, number][] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < members.length; i++) {
    const last = members.length <= cliqueMax ? members.length : Math.min(i + 2, members.length);
    for (let j = i + 1; j < last; j++) pairs.push([members[i]!, members[j]!]);
  }
  return pairs;
}
