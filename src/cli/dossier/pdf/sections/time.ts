import type { Dossier } from "../../../../model/dossier.ts";
import { counted, day } from "../../../report/words.ts";
import { accountsChart, decisionsChart, trafficChart } from "../charts.ts";
import type { Sheet } from "../sheet.ts";

export function timeSection(sheet: Sheet, dossier: Dossier): void {
  sheet.heading(2, "Time line");
  sheet.paragraph(turningPoints(dossier).join(" "));
  if (!trafficChart(sheet, dossier)) sheet.paragraph("Traffic by day is not kept by this source.", { color: "soft" });
  accountsChart(sheet, dossier);
  decisionsChart(sheet, dossier);
  sheet.paragraph("All times are UTC.", { size: 8.4, color: "soft" });
}

function turningPoints({ campaign, decisions, appeals }: Dossier): string[] {
  const points = [`It was first seen on ${day(campaign.first_seen)} and last on ${day(campaign.last_seen)}.`];
  const enforced = decisions
    .filter(({ held, action }) => held === null && action !== "observe")
    .map(({ created }) => created)
    .toSorted();
  if (enforced[0] !== undefined) points.push(`The first action was enforced on ${day(enforced[0])}.`);
  const opened = appeals.map((appeal) => appeal.opened).toSorted();
  if (opened[0] !== undefined)
    points.push(`The first of ${counted(appeals.length, "appeal")} came on ${day(opened[0])}.`);
  return points;
}
