import type { Dossier } from "../../../../model/dossier.ts";
import { count, counted, day, likelihood, listed, percent, VERDICTS, verdictWords } from "../../../report/words.ts";
import { lineHeight } from "../sheet.ts";
import type { Sheet } from "../sheet.ts";
import { drawTable } from "../table.ts";

/** The first thing that is seen: the claim in a sentence, the three verdicts, and what this is and is not. */
export function opening(sheet: Sheet, dossier: Dossier): void {
  const { campaign, accounts } = dossier;
  sheet.paragraph("EVIDENCE DOSSIER", { size: 9, weight: "semibold", color: "accent" });
  sheet.heading(1, `Campaign ${campaign.id}`);
  sheet.paragraph(claim(dossier), { size: 13.2 });
  sheet.gap(10);
  drawTable(sheet, {
    columns: [
      { title: "Finding", share: 16 },
      { title: "What it says", share: 44 },
      { title: "In a word", share: 18 },
      { title: "Probability", share: 22 },
    ],
    rows: VERDICTS.map((verdict) => {
      const { name, claim: says } = verdictWords(verdict);
      const probability = campaign.verdicts[verdict];
      return [name, says, likelihood(probability), { text: percent(probability), part: probability, color: "accent" }];
    }),
  });
  facts(sheet, [
    ["Seen", `${day(campaign.first_seen)} to ${day(campaign.last_seen)}`],
    ["Accounts", membership(accounts)],
    ["Exchanges", campaign.exchanges === null ? "not kept by this source" : count(campaign.exchanges)],
    ["After", campaign.capabilities.length === 0 ? "not known" : listed(campaign.capabilities)],
    ["Confidence", `${percent(campaign.confidence)} that it is a campaign as the provider's rules define one`],
    ["Source", sourceWords(dossier)],
    ["Written", `${dossier.written}, by Stillwatch ${dossier.software.version}`],
    ["Names", namesWords(dossier)],
  ]);
  reading(sheet, dossier);
}

function claim({ accounts, campaign }: Dossier): string {
  const many = counted(accounts.filter(({ standing }) => standing === "member").length, "account");
  return (
    `${many} that present themselves as separate customers seem to be run by one hand, which uses them together to collect the answers ` +
    `of a model${campaign.capabilities.length === 0 ? "" : ` on ${listed(campaign.capabilities)}`}, as one does to train another model on them.`
  );
}

function membership(accounts: Dossier["accounts"]): string {
  const released = accounts.filter(({ standing }) => standing === "released").length;
  const members = count(accounts.length - released);
  return released === 0 ? members : `${members}, and ${count(released)} that were counted in and are no more`;
}

function sourceWords({ source }: Dossier): string {
  if (source.kind === "report") return `a scan of the provider's log, with its report of ${day(source.generated)}`;
  return `the state of the provider's server, with an audit log of ${count(source.audit.entries)} entries, unbroken`;
}

function namesWords({ identified }: Dossier): string {
  return identified === null
    ? "No account is named. Each has a keyed name, which the provider can resolve and nobody else."
    : `Accounts are named, as ${identified.by} asked for this reason: ${identified.reason}`;
}

function reading(sheet: Sheet, { source }: Dossier): void {
  sheet.heading(3, "What this is, and what it is not");
  sheet.bullets([
    "It is what software found in a provider's own records: evidence for somebody to weigh, not a judgement. What speaks against the finding stands beside what speaks for it.",
    "It speaks of accounts, not of people. Who holds an account, and who paid for it, is not said here, and country and language were no part of the evidence.",
    "It holds no prompt, no answer of the model, no e-mail or network address, no payment and no statement of a customer. There is no field for any of them.",
    source.kind === "report"
      ? "A scan proposes and does nothing: no account was acted on because of it."
      : "Each action that was taken is listed with the rule that decided it, and with what became of it.",
  ]);
}

const size = 9.6;
const nameWidth = 88;

/** Names and what they are, in two columns. */
export function facts(sheet: Sheet, rows: readonly (readonly [name: string, value: string])[]): void {
  const list = sheet.part("L");
  for (const [name, value] of rows) {
    const lines = sheet.typesetter.lines(value, { size }, sheet.width - nameWidth);
    sheet.room(lines.length * lineHeight(size));
    const y = sheet.y();
    const item = sheet.part("LI", {}, list);
    const label = sheet.typesetter.lines(name, { size, weight: "semibold" }, nameWidth);
    sheet.content(sheet.part("Lbl", {}, item), () => sheet.write(label, { size, x: sheet.left, y, color: "soft" }));
    sheet.content(sheet.part("LBody", {}, item), () => sheet.write(lines, { size, x: sheet.left + nameWidth, y }));
    sheet.moveTo(y + lines.length * lineHeight(size) + 3);
  }
  list.end();
  sheet.gap(6);
}
