import type { Explanation } from "../../model/report.ts";
import type { Truth } from "../../model/truth.ts";
import type { Examination } from "./laboratory.ts";

/** Accounts of one campaign that were not flagged, by what the detector says of them. */
export interface Miss {
  readonly campaign: string;
  readonly accounts: number;
  readonly missed: number;
  readonly byStatus: Readonly<Record<Explanation["status"], number>>;
  /** The group in which most of them were examined and let go, and each piece of evidence that was told of it, with its weight (log10 of odds). */
  readonly clearedIn: { readonly accounts: number; readonly evidence: readonly string[] } | null;
}

/** What the detector says of the injected accounts that it let go, by campaign. */
export function missesOf(
  injected: readonly Truth[],
  flagged: ReadonlySet<string>,
  { explanations }: Examination,
): Miss[] {
  const explained = new Map(explanations.map((explanation) => [explanation.account, explanation]));
  return [...new Set(injected.map(({ campaign }) => campaign ?? ""))].flatMap((campaign) => {
    const members = injected.filter((row) => row.campaign === campaign);
    const missed = members.filter(({ account }) => !flagged.has(account));
    if (missed.length === 0) return [];
    const said = missed.flatMap(({ account }) => explained.get(account) ?? []);
    const having = (status: Explanation["status"]): number => said.filter((row) => row.status === status).length;
    return {
      campaign,
      accounts: members.length,
      missed: missed.length,
      byStatus: {
        member: having("member"),
        cleared: having("cleared"),
        "no-signal": having("no-signal"),
        "insufficient-data": having("insufficient-data"),
      },
      clearedIn: largestCleared(said),
    };
  });
}

function largestCleared(explanations: readonly Explanation[]): Miss["clearedIn"] {
  const groups = new Map<string, Explanation[]>();
  for (const row of explanations)
    if (row.status === "cleared" && row.candidate !== null)
      groups.set(row.candidate, [...(groups.get(row.candidate) ?? []), row]);
  const largest = [...groups.values()].toSorted((a, b) => b.length - a.length)[0];
  const first = largest?.[0];
  if (largest === undefined || first === undefined) return null;
  return {
    accounts: largest.length,
    evidence: first.evidence.flatMap(({ signal, strength, against }) =>
      strength > 0 ? `${signal} ${against ? "-" : "+"}${strength.toFixed(1)}` : [],
    ),
  };
}
