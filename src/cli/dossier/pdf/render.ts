import type { Dossier, DossierAuditLine } from "../../../model/dossier.ts";
import { day } from "../../report/words.ts";
import type { FileBytes } from "../manifest.ts";
import { accountsSection } from "./sections/accounts.ts";
import { actionsSection } from "./sections/actions.ts";
import { custodySection } from "./sections/custody.ts";
import { evidenceSection } from "./sections/evidence.ts";
import { methodSection } from "./sections/method.ts";
import { opening } from "./sections/opening.ts";
import { sharedSection } from "./sections/shared.ts";
import { timeSection } from "./sections/time.ts";
import { createSheet } from "./sheet.ts";

/**
 * The dossier for people, as PDF/A-2a. It says nothing that is not in the other files of the pack, which it names with their hashes; the
 * same dossier always gives the same bytes.
 *
 * @param files those of the pack that come before it.
 */
export async function renderPdf(
  dossier: Dossier,
  audit: readonly DossierAuditLine[],
  files: readonly FileBytes[],
): Promise<Uint8Array> {
  const { campaign, written } = dossier;
  const sheet = createSheet({
    title: `Evidence dossier: campaign ${campaign.id}`,
    subject: "Accounts that seem to be run by one hand to harvest a model's answers",
    foot: `Stillwatch evidence dossier \u00b7 campaign ${campaign.id} \u00b7 written ${day(written)}`,
    written: new Date(written),
  });
  opening(sheet, dossier);
  evidenceSection(sheet, dossier);
  methodSection(sheet, dossier);
  timeSection(sheet, dossier);
  accountsSection(sheet, dossier);
  actionsSection(sheet, dossier);
  sharedSection(sheet, dossier);
  custodySection(sheet, dossier, audit, files);
  return sheet.end();
}
