import { counted } from "../report/words.ts";
import type { Known, KnownCampaign } from "../../share/intelligence/known.ts";
import type { Paint } from "../terminal/paint.ts";
import { renderTable } from "../terminal/table.ts";
import type { Column } from "../terminal/table.ts";

type Contribution = KnownCampaign["contributions"][number];

/** @param nameOf how a member is called; its id where nobody knows. */
export function renderKnown(
  { campaigns, notLookedFor, notInLog }: Known,
  nameOf: (member: string) => string,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const rendered = campaigns.map((one, index) => renderCampaign(one, index + 1, nameOf, { width, paint }));
  const left = notLookedFor.map(({ member, because, indicators }) => {
    const [what, why] =
      because.kind === "key"
        ? ["can't", `made with the circle's key of ${because.epoch}`]
        : ["may not", `whose policy permits no more than ${because.permitted}`];
    return `${what} be looked for: ${counted(indicators, "indicator")} of ${nameOf(member)}, ${why}`;
  });
  const unlogged = notInLog.flatMap(({ member, missing, waiting }) => [
    ...(missing === 0
      ? []
      : [`not in the log of ${nameOf(member)}, which has signed them: ${counted(missing, "object")}`]),
    ...(waiting === 0 ? [] : [`not looked up yet in the log of ${nameOf(member)}: ${counted(waiting, "object")}`]),
  ]);
  const known = rendered.length === 0 ? ["nothing is known of others' campaigns"] : rendered;
  return [...known, ...[left, unlogged].filter((lines) => lines.length > 0).map((lines) => lines.join("\n"))].join(
    "\n\n",
  );
}

function renderCampaign(
  { contributions, consensus, here }: KnownCampaign,
  number: number,
  nameOf: (member: string) => string,
  terminal: { readonly width: number; readonly paint: Paint },
): string {
  const columns: readonly Column<Contribution>[] = [
    { title: "MEMBER", align: "left", widthMin: 12, cell: ({ member }) => nameOf(member) },
    {
      title: "SINCE",
      align: "left",
      widthMin: 10,
      cell: ({ sinceMs }) => new Date(sinceMs).toISOString().slice(0, 10),
    },
    { title: "ACCOUNTS", align: "left", widthMin: 8, cell: ({ accounts }) => accounts },
    { title: "WAS THE FIRST TO SAY", align: "left", widthMin: 20, cell: addedBy },
  ];
  const saw = consensus.saw.length;
  const worth = consensus.independent.toFixed(1);
  const head = `${number}. ${wholePercent(consensus.confidence)}, seen by ${saw} (worth ${worth} independent)`;
  const voices = [
    ["only say so", consensus.saw.filter((member) => !contributions.some((one) => one.member === member))],
    ["looked, and found nothing", consensus.absent],
    ["found the accounts to be honest", consensus.honest],
    ["agree, and say no more", consensus.agree],
    ["disagree, and do not say why", consensus.disagree],
    ["left alone: the leads of", consensus.withheld],
  ] as const;
  const agreement = ({ member, hoursInCommon: hours }: KnownCampaign["here"][number]["agreesWith"][number]): string =>
    hours === null ? nameOf(member) : `${nameOf(member)} (${wholePercent(hours)} of the work in the same hours)`;
  const told = voices.filter(([, members]) => members.length > 0);
  return [
    terminal.paint("bold", head),
    renderTable(columns, contributions, terminal),
    ...contributions.flatMap(({ member, courses }) =>
      courses.length === 0 ? [] : `${nameOf(member)} does: ${courses.join("; ")}`,
    ),
    ...sameHours(contributions, nameOf),
    ...here.map(
      ({ campaign, agreesWith }) =>
        `seen here, too, as campaign ${campaign}: agrees with what is said by ${agreesWith.map(agreement).join(", ")}`,
    ),
    ...told.map(([what, members]) => `${what}: ${members.map(nameOf).join(", ")}`),
  ].join("\n");
}

function sameHours(contributions: readonly Contribution[], nameOf: (member: string) => string): string[] {
  const [first] = contributions;
  const shares = contributions.flatMap(({ member, hoursInCommon: hours }) =>
    hours === null ? [] : `${nameOf(member)} ${wholePercent(hours)}`,
  );
  return first === undefined || shares.length === 0
    ? []
    : [`works in the same hours as what ${nameOf(first.member)} saw: ${shares.join(", ")}`];
}

function wholePercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function addedBy({ repeats, fingerprints, skeletonLines, techniques, capabilities, evidence }: Contribution): string {
  const numbers = [
    [fingerprints.payment, "payment"] as const,
    [fingerprints.device, "device"] as const,
    [fingerprints.tls, "TLS client"] as const,
    [skeletonLines, "line"] as const,
    [techniques.length, "technique"] as const,
  ].flatMap(([number, what]) => (number === 0 ? [] : counted(number, what)));
  const added = [...numbers, ...capabilities, ...evidence].join(", ");
  if (repeats) return added === "" ? "nothing: repeats others" : `${added}; repeats others`;
  return added === "" ? "nothing" : added;
}
