import type { Dossier, SharedEntry } from "../../../../model/dossier.ts";
import { count, counted, listed } from "../../../report/words.ts";
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
  sheet.paragraph(proofs(shared));
  if (shared.length > rowsMax)
    sheet.paragraph(`The first ${count(rowsMax)} of ${count(shared.length)}; dossier.json has all.`, { color: "soft" });
  drawTable(sheet, {
    columns: [
      { title: "Object", share: 46 },
      { title: "When", share: 12 },
      { title: "Flow", share: 13 },
      { title: "For", share: 20 },
      { title: "Entry", share: 9, align: "right" },
    ],
    rows: shared
      .slice(0, rowsMax)
      .map(({ object, at, flow, recipients, log_index: index }) => [
        object.id,
        at.slice(0, 10),
        flow,
        listed(recipients.length <= recipientsMax ? recipients : [...recipients.slice(0, recipientsMax), "others"]),
        count(index),
      ]),
  });
}

/** What there is to show that it was this which left. The checkpoint's names are what it says of itself. */
function proofs(shared: readonly SharedEntry[]): string {
  const proven = shared.flatMap(({ logged }) => logged ?? []);
  const committed =
    "Before an object left, the provider committed to it in a transparency log, which can only grow: to its hash with a salt, which says nothing to anybody who has not been given " +
    "the object.";
  const [first] = proven;
  if (first === undefined)
    return `${committed} The log was not at hand when this was written: this dossier holds no proof of it.`;
  const [, origin = "", size = ""] = /\n\n(.+)\n(\d+)\n/.exec(first.proof) ?? [];
  const signers = new Set(Array.from(first.proof.matchAll(/^\u2014 (\S+) /gmu), ([, name = ""]) => name));
  return (
    `${committed} For ${count(proven.length)} of the ${counted(shared.length, "entry", "entries")} below, dossier.json holds the commitment and the proof that it is in the log: ` +
    `hashes that lead to the checkpoint of ${origin} with ${counted(Number(size), "entry", "entries")}, which says that it is signed by ${listed([...signers])}. ` +
    "Whoever has the log's key, and those of its witnesses, can check that with \u201cstillwatch dossier verify\u201d; whoever was given an object has its salt, and can check that the commitment is to it."
  );
}
