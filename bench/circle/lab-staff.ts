import { renderKnown } from "../../src/cli/share/known.ts";
import { createPaint } from "../../src/cli/terminal/paint.ts";
import { isConfirmed } from "../../src/detect/watch/live-campaign.ts";
import type { By, Reaction } from "../../src/share/circle/proposals.ts";
import { memberId, memberName } from "./circle-files.ts";
import type { Lab } from "./lab.ts";
import { itemSchema } from "./orders.ts";
import type { Item, Status } from "./orders.ts";
import { LABS } from "./worlds.ts";

export const terms = { tlp: "amber+strict", permitted: null } as const;
const answers = {
  seen: { kind: "opinion", opinion: "strongly-agree", remark: "Seen here too, by own evidence." },
  honest: {
    kind: "opinion",
    opinion: "strongly-disagree",
    remark: "The accounts behind this were found to be honest.",
  },
} as const satisfies Record<string, Reaction>;

/** How the lab stands, as its staff would see it. */
export function statusOf({ online, acted }: Lab): Status {
  const { now, ever } = acted();
  return {
    campaigns: online.watch.campaigns.flatMap(({ id, case: found, members }) => {
      const confirmed = [...members.values()].filter(isConfirmed).length;
      if (confirmed === 0) return [];
      const spoke = found.evidence.filter(({ against }) => !against).map(({ signal }) => signal);
      return {
        id,
        accounts: confirmed,
        families: [...new Set(spoke)],
        drawnBy: [...new Set(found.leads.map(({ source }) => source))],
      };
    }),
    acted: [...now],
    everActed: [...ever],
  };
}

/** Puts the campaign with most members into the outbox. */
export async function propose(lab: Lab, person: string): Promise<Item> {
  const [largest] = lab.online.watch.campaigns.toSorted((one, other) => other.members.size - one.members.size);
  const found = largest === undefined ? null : await lab.circle().findCampaign(largest.id, lab.nowMs());
  if (found === null) throw new Error("there is no campaign to tell of");
  const telling = { ...terms, flows: ["intelligence"], actor: null } as const;
  return itemOf(lab, await lab.circle().proposals.campaign(found, telling, by(lab, person)));
}

/** Puts what the staff makes of an object of others into the outbox. */
export async function react(lab: Lab, to: string, answer: keyof typeof answers, person: string): Promise<Item> {
  return itemOf(lab, await lab.circle().proposals.react([to], answers[answer], terms, by(lab, person)));
}

/** Puts the taking back of an item that was sent into the outbox. */
export async function retract(lab: Lab, item: string, person: string): Promise<Item> {
  return itemOf(lab, await lab.circle().proposals.retract(item, by(lab, person)));
}

/** Lets an item leave with the next round. */
export async function release(lab: Lab, item: string, person: string): Promise<void> {
  if (await lab.online.state.outbox.decide(item, "released", person, lab.nowMs())) return;
  throw new Error(`nothing waits in the outbox as ${item}`);
}

/** What the circle knows, as `stillwatch share known` prints it. */
export async function known(lab: Lab, width: number, color: boolean): Promise<string> {
  const all = await lab.circle().known(lab.nowMs());
  const names = new Map<string, string>(LABS.map((name) => [memberId(name), memberName(name)]));
  return renderKnown(all, (member) => names.get(member) ?? member, { width, paint: createPaint(color) });
}

const by = (lab: Lab, person: string): By => ({ person, nowMs: lab.nowMs() });

export async function itemOf(lab: Lab, [id = ""]: readonly string[]): Promise<Item> {
  const item = await lab.online.state.outbox.find(id);
  if (item === null) throw new Error("nothing was put into the outbox");
  return itemSchema.parse({ id, recipients: lab.circle().recipients(item.flow), objects: item.objects });
}
