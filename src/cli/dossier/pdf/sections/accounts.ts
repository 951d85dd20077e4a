import type { Dossier } from "../../../../model/dossier.ts";
import { count, percent, share } from "../../../report/words.ts";
import type { Sheet } from "../sheet.ts";
import { drawTable } from "../table.ts";

// Limits.
/** Rows of the table; `dossier.json` has all. */
const rowsMax = 400;
/** Of a name in the table. */
const nameCharactersMax = 120;

export function accountsSection(sheet: Sheet, { accounts, identified, source }: Dossier): void {
  sheet.heading(2, "The accounts");
  sheet.paragraph(
    identified === null
      ? "Each account has a name of twelve letters, made of its own with a secret key: the same account has the same name in every dossier that the provider makes with that key."
      : "Under each account's keyed name stands the provider's own name for it.",
  );
  const shown = accounts.slice(0, rowsMax);
  if (shown.length < accounts.length)
    sheet.paragraph(`The first ${count(shown.length)} of ${count(accounts.length)}; dossier.json has all.`, {
      color: "soft",
    });
  const isReport = source.kind === "report";
  drawTable(sheet, {
    columns: [
      { title: "Account", share: 30 },
      { title: isReport ? "First seen" : "Counted in", share: 15 },
      { title: isReport ? "Last seen" : "Last judged", share: 15 },
      ...(isReport ? [{ title: "Exchanges", share: 13, align: "right" } as const] : []),
      { title: "Shared work", share: 14, align: "right" },
      { title: "Score", share: 10, align: "right" },
      { title: isReport ? "Proposed" : "Standing", share: 14 },
    ],
    rows: shown.map((one) => [
      one.identity === null ? one.account : `${one.account} ${clipped(one.identity)}`,
      one.first_seen.slice(0, 10),
      one.last_seen.slice(0, 10),
      ...(isReport ? [one.exchanges === null ? "" : count(one.exchanges)] : []),
      one.shared === null ? "not known" : share(one.shared, 1),
      percent(one.score),
      one.proposed ?? one.standing,
    ]),
  });
}

function clipped(name: string): string {
  const characters = Array.from(name);
  return characters.length <= nameCharactersMax ? name : `${characters.slice(0, nameCharactersMax - 1).join("")}\u2026`;
}
