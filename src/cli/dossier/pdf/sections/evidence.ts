import type { Dossier } from "../../../../model/dossier.ts";
import { familyWords, listed, odds, percent, STRENGTH_SHOWN_MAX } from "../../../report/words.ts";
import type { Color, Sheet } from "../sheet.ts";
import { drawTable } from "../table.ts";

/** What the claim rests on, what speaks against it, and what is left of it without each part. */
export function evidenceSection(sheet: Sheet, { evidence, without, resembles, missing }: Dossier): void {
  sheet.heading(2, "What is claimed, and on what evidence");
  sheet.paragraph(
    "A single account of a campaign shows nothing: what is judged is the group. Each line below says what was counted and, where it can be said, " +
      "what chance alone would give. The odds say how many times more likely that is if one hand runs the accounts than if they are strangers " +
      "to each other. Odds of one family of evidence are independent of those of another, so that they multiply; within a family they do not.",
  );
  sheet.heading(3, "What speaks for it");
  weighed(
    sheet,
    evidence.filter(({ against }) => !against),
    "accent",
    "No evidence was kept.",
  );
  sheet.heading(3, "What speaks against it");
  weighed(
    sheet,
    evidence.filter(({ against }) => against),
    "calm",
    "Nothing was found that speaks against it.",
  );
  if (without !== null && without.length > 0) {
    sheet.heading(3, "What remains without each family of evidence");
    const fatal = without
      .filter(({ convicted }) => !convicted)
      .map(({ family }) => familyWords(family).name.toLowerCase());
    sheet.paragraph(
      fatal.length === 0
        ? "The finding stands without any one of them."
        : `The finding does not stand without ${listed(fatal)}.`,
    );
    drawTable(sheet, {
      columns: [
        { title: "Without", share: 30 },
        { title: "Confidence", share: 40 },
        { title: "Still a campaign", share: 30 },
      ],
      rows: without.map(({ family, confidence, convicted }) => [
        familyWords(family).name,
        { text: percent(confidence), part: confidence, color: convicted ? "accent" : "calm" },
        convicted ? "yes" : "no",
      ]),
    });
  }
  if (resembles !== null) {
    sheet.heading(3, "Whom it could be mistaken for");
    sheet.paragraph(
      `The honest kind of customer that is most like it: ${resembles.kind}. What tells them apart: ${resembles.difference.replace(/\.?$/u, ".")}`,
    );
  }
  if (missing.length > 0) {
    sheet.heading(3, "What could not be examined");
    sheet.bullets(
      missing.map(({ family, reason }) => `${familyWords(family).name}: ${reason ?? "the reason is withheld"}`),
    );
  }
}

function weighed(sheet: Sheet, items: Dossier["evidence"], color: Color, none: string): void {
  if (items.length === 0) {
    sheet.paragraph(none);
    return;
  }
  drawTable(sheet, {
    columns: [
      { title: "Family", share: 17 },
      { title: "What was found", share: 55 },
      { title: "Odds", share: 28 },
    ],
    rows: items
      .toSorted((a, b) => b.strength - a.strength)
      .map(({ family, sentence, strength }) => [
        familyWords(family).name,
        sentence ?? "Withheld: the sentence may identify somebody. Its weight stands.",
        { text: odds(strength), part: strength / STRENGTH_SHOWN_MAX, color },
      ]),
  });
}
