import type { Dossier } from "../../../../model/dossier.ts";
import { count, listed } from "../../../report/words.ts";
import type { Sheet } from "../sheet.ts";
import { drawTable } from "../table.ts";

// Limits.
const rowsMax = 300;
const recipientsMax = 6;

/** The ledger of everything about the campaign that ever left. */
export function sharedSection(sheet: Sheet, { shared }: Dossier): void {
  sheet.heading(2, "What was shared");
  if (shared === null) {
    sheet.paragraph("The source of this dossier keeps no ledger of what was shared.");
    return;
  }
  if (shared.length === 0) {
    sheet.paragraph("The ledger holds nothing: no object about this campaign was shared with anybody.");
    return;
  }
  sheet.paragraph(
    "Objects of STIX 2.1 that left, from the ledger, which is only ever added to. They hold indicators of abuse and nothing else.",
  );
  if (shared.length > rowsMax)
    sheet.paragraph(`The first ${count(rowsMax)} of ${count(shared.length)}; dossier.json has all.`, { color: "soft" });
  drawTable(sheet, {
    columns: [
      { title: "Object", share: 46 },
      { title: "When", share: 14 },
      { title: "Flow", share: 14 },
      { title: "For", share: 26 },
    ],
    rows: shared
      .slice(0, rowsMax)
      .map(({ object, at, flow, recipients }) => [
        object.id,
        at.slice(0, 10),
        flow,
        listed(recipients.length <= recipientsMax ? recipients : [...recipients.slice(0, recipientsMax), "others"]),
      ]),
  });
}
