import type { Dossier } from "../../../../model/dossier.ts";
import { count, counted } from "../../../report/words.ts";
import type { Sheet } from "../sheet.ts";
import { drawTable } from "../table.ts";

// Limits.
/** Rows of each table; `dossier.json` has all. */
const rowsMax = 300;

/** What was done to whom, by which rule, and what became of it. */
export function actionsSection(sheet: Sheet, dossier: Dossier): void {
  sheet.heading(2, "What was done");
  if (dossier.source.kind === "report") {
    sheet.paragraph(
      "Nothing. This dossier is made of a scan, which proposes an action for each account and takes none.",
    );
    return;
  }
  policiesIn(sheet, dossier);
  decisionsIn(sheet, dossier);
  appealsIn(sheet, dossier);
}

function policiesIn(sheet: Sheet, { policies }: Dossier): void {
  if (policies.length === 0) return;
  sheet.heading(3, "The policies that decided");
  sheet.paragraph(
    "A version is a hash of the policy's content. The cap is how many accounts it may newly touch in an hour; what is over it waits.",
  );
  drawTable(sheet, {
    columns: [
      { title: "Policy", share: 25 },
      { title: "Version", share: 27 },
      { title: "Loaded", share: 18 },
      { title: "Mode", share: 14 },
      { title: "Cap an hour", share: 16, align: "right" },
    ],
    rows: policies.map(({ name, version, loaded, mode, newly_affected_per_hour: cap }) => [
      name,
      version,
      loaded.slice(0, 10),
      mode ?? "not known",
      cap === null ? "not known" : count(cap),
    ]),
  });
}

function decisionsIn(sheet: Sheet, { decisions }: Dossier): void {
  sheet.heading(3, "Decisions");
  if (decisions.length === 0) {
    sheet.paragraph("None was made.");
    return;
  }
  const enforced = decisions.filter(({ held }) => held === null).length;
  sheet.paragraph(
    `${counted(decisions.length, "decision")}, ${count(enforced)} of them enforced; the others were written down and held. Each ends by itself, and each can be appealed.`,
  );
  noteLimit(sheet, decisions.length);
  drawTable(sheet, {
    columns: [
      { title: "Decision", share: 22 },
      { title: "Account", share: 22 },
      { title: "Action, by rule", share: 24 },
      { title: "From", share: 13 },
      { title: "Until", share: 13 },
      { title: "State", share: 19 },
    ],
    rows: decisions
      .slice(0, rowsMax)
      .map((one) => [
        one.id,
        one.account,
        `${one.action}, ${one.policy.rule}`,
        one.created.slice(0, 10),
        (one.ended?.at ?? one.expires).slice(0, 10),
        stateOf(one),
      ]),
  });
}

function stateOf({ held, ended, notice }: Dossier["decisions"][number]): string {
  const state = held === null ? "enforced" : `held: ${held}`;
  return [
    state,
    ...(ended === null ? [] : [`ended: ${ended.cause}`]),
    ...(notice === null ? [] : ["customer told"]),
  ].join(", ");
}

function appealsIn(sheet: Sheet, { appeals }: Dossier): void {
  sheet.heading(3, "Appeals");
  if (appeals.length === 0) {
    sheet.paragraph("None was filed.");
    return;
  }
  const upheld = appeals.filter(({ state }) => state === "upheld").length;
  sheet.paragraph(
    `${counted(appeals.length, "appeal")}, ${count(upheld)} upheld. An upheld appeal undoes every effect on the account.`,
  );
  noteLimit(sheet, appeals.length);
  drawTable(sheet, {
    columns: [
      { title: "Account", share: 26 },
      { title: "Opened", share: 16 },
      { title: "To be answered by", share: 20 },
      { title: "State", share: 20 },
      { title: "Since", share: 16 },
    ],
    rows: appeals
      .slice(0, rowsMax)
      .map(({ account, opened, deadline, state, changed }) => [
        account,
        opened.slice(0, 10),
        deadline.slice(0, 10),
        state,
        changed.slice(0, 10),
      ]),
  });
}

function noteLimit(sheet: Sheet, all: number): void {
  if (all > rowsMax)
    sheet.paragraph(`The first ${count(rowsMax)} of ${count(all)}; dossier.json has all.`, { color: "soft" });
}
