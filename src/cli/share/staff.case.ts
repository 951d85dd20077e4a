import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import { openApi } from "../../api/desk/desk-api.case.ts";
import { toldOf } from "../../model/told-campaign.ts";
import type { TestCircle, TestMember } from "../../share/circle/circle.case.ts";
import type { Identifier } from "../../share/overlap/identifier.ts";
import { campaign, sharing } from "../../share/stix/stix.case.ts";
import { main } from "../main.ts";

/** A file of the test's with this in it. */
export function file(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "stillwatch-staff-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Of the one live campaign that there is, `c-1`. */
const live: readonly Identifier[] = [
  { kind: "payment", value: "card_1000001" },
  { kind: "phone", value: "+4930901820" },
];

export type Run = (by: string, ...argv: readonly string[]) => Promise<string>;

/** `stillwatch share`, as people of a member's staff run it against that member's server. */
export async function staffOf({ circle, state, failures }: TestMember, { clock }: TestCircle): Promise<Run> {
  const { proposals, recipients, nameOf, ask, count } = circle;
  const isLive = (id: string): boolean => id === "c-1";
  const api = await openApi({
    state,
    clock,
    circle: {
      proposals,
      recipients,
      nameOf,
      ask,
      count,
      overlaps: { ...circle.overlaps, identifiersOf: (id) => Promise.resolve(isLive(id) ? live : null) },
      findCampaign: (id) => Promise.resolve(isLive(id) ? { ...sharing(), campaign: toldOf(campaign({ id })) } : null),
      known: () => Promise.resolve({ campaigns: [], notLookedFor: [], notInLog: [] }),
    },
  });
  onTestFinished(async () => {
    await api.close();
    expect([...api.failures, ...failures]).toEqual([]);
  });
  return async (by, ...argv) => {
    const asking = ["--server", api.url, "--token-file", file(by, by)];
    const said: string[] = [];
    const heard = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, "write").mockImplementation((text) => said.push(String(text)) > 0),
    );
    const code = await main(["node", "stillwatch", "share", ...argv, ...asking]).finally(() => {
      for (const spy of heard) spy.mockRestore();
    });
    if (code !== 0) throw new Error(`${code}: ${said.join("")}`);
    return said.join("").trimEnd();
  };
}
