import type { Dossier } from "../../../../model/dossier.ts";
import { FAMILIES } from "../../../../model/report.ts";
import { count, counted, familyWords, share } from "../../../report/words.ts";
import { MEASURED } from "../../measured.ts";
import type { Sheet } from "../sheet.ts";

/** How often this is wrong and how that is known, how it was found, and what the method can't show. */
export function methodSection(sheet: Sheet, { bound }: Dossier): void {
  const { logs, accounts, reported, notOneHand, strangers } = MEASURED;
  sheet.heading(2, "How often a finding like this is wrong");
  sheet.paragraph(
    `The bar is set so that of all groups reported at most ${rate(bound.false_campaign_rate)} are expected to be false (the Benjamini-Hochberg procedure on e-values, which ` +
      `holds whatever the groups have to do with each other), and no group is a campaign unless ${counted(bound.families_required, "independent family", "independent families")} of evidence agree on it, ` +
      "one of them about the work itself.",
  );
  sheet.paragraph(
    `That bound is a claim about the method, so it was tried where the truth is known: ${count(logs)} simulated logs without any campaign, some ${count(accounts)} accounts each, were scanned. ` +
      `A campaign was reported in ${share(reported.mean, 1)} of them (at 95%: up to ${share(reported.high, 1)}). Of the groups that were found to be one hand's, ` +
      `${share(strangers.mean, 1)} were strangers to each other (up to ${share(strangers.high, 1)}), and ${share(notOneHand.mean, 1)} (${share(notOneHand.low, 1)} to ${share(notOneHand.high, 1)}) had less than nine of ten ` +
      "accounts with one operator: relays taken together with users of their client, or departments of one firm that gives no name. These figures are above the bound. The finding \u201cone hand\u201d may thus take in a second operator; a campaign asks for more than it.",
  );
  sheet.paragraph("Simulated logs are an exercise: traffic that nobody has thought of can behave otherwise.");
  sheet.heading(2, "How it was found, and what the method can't show");
  sheet.paragraph(
    "Accounts are looked at together where they share lines of templates, habits of wording, or requests that one was refused and another sent. A group is formed on one half of its " +
      "requests, and judged on the other. What is usual is learnt from groups that nothing else ties, or that persons have cleared. These families of evidence are weighed:",
  );
  sheet.bullets(FAMILIES.map((family) => `${familyWords(family).name}: ${familyWords(family).looksFor}.`));
  sheet.heading(3, "Limits, in plain words");
  sheet.bullets([
    "It sees the work, not the person. That one hand runs accounts does not say whose hand.",
    "It can't see what becomes of the answers. That they train another model is concluded from what is asked and how, not observed.",
    "A group of honest accounts that do the same work from one queue, and have not declared it, would look alike: a firm with several accounts, a reseller, a class. Such a cause is looked for above, and can be shown in an appeal.",
    "An account can be misused by somebody who is not its owner.",
    "Probabilities are the detector's own. None is shown as more certain than 99%, and no odds beyond a million to one, since models are wrong more often than that.",
    "What the log did not carry was not examined, and is no evidence either way.",
  ]);
}

function rate(of: number): string {
  return of <= 0 ? "none" : `one in ${count(Math.floor(1 / of + 1e-9))}`;
}
