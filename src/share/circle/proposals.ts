import { auditEvent } from "../../decide/desk/record.ts";
import { UserError } from "../../kit/user-error.ts";
import type { Flow, OutboxItem } from "../../model/sharing.ts";
import type { State } from "../../store/state/state.ts";
import type { NamedActor } from "../stix/accused.ts";
import { admit } from "../stix/admit.ts";
import { groupingOf, noteOn, opinionOn, revoke } from "../stix/build.ts";
import type { Authorship } from "../stix/build.ts";
import { campaignObjects } from "../stix/campaign-objects.ts";
import type { CampaignSharing } from "../stix/campaign-objects.ts";
import { nothingEarlier } from "../stix/earlier.ts";
import { iepMarking } from "../stix/iep.ts";
import type { PermittedActions } from "../stix/iep.ts";
import { randomIdentifier } from "../stix/identifier.ts";
import type { StixObject } from "../stix/objects.ts";
import type { CircleKey } from "../stix/keyed.ts";
import { tlpMarking } from "../stix/tlp.ts";
import type { TlpLevel } from "../stix/tlp.ts";
import type { Opinion, Remark } from "../stix/words.ts";
import { flowOf } from "./flows.ts";
import type { CircleMember } from "./members.ts";
import { asJson } from "./origin.ts";
import { circleKeyAt, readableKeysAt } from "./own-keys.ts";
import { earlierOf, isToldUnder, refuseUnlessLast, refuseWhileWaiting, saidIn } from "./told.ts";

/** Whom something may be told within a circle; `red` is for persons. */
export const CIRCLE_LEVELS = ["clear", "green", "amber", "amber+strict"] as const satisfies readonly TlpLevel[];
type CircleLevel = (typeof CIRCLE_LEVELS)[number];

/** A campaign of ours, with what it can be known by and what is done about it. */
export type FoundCampaign = Pick<CampaignSharing, "campaign" | "signals" | "actions">;

/** How something is to be told. */
export interface Terms {
  readonly tlp: CircleLevel;
  /** Null: what the level does not forbid. */
  readonly permitted: PermittedActions | null;
}

/** How a campaign is to be told. */
export interface Telling extends Terms {
  readonly flows: readonly Flow[];
  readonly actor: NamedActor | null;
  /** That it was told before, and that this holds. */
  readonly isLater?: boolean;
}

export type Reaction =
  | { readonly kind: "opinion"; readonly opinion: Opinion; readonly remark: Remark | null }
  | { readonly kind: "note"; readonly remark: Remark };

/** Who wants it, and when. */
export interface By {
  readonly person: string;
  readonly nowMs: number;
}

/**
 * Puts things into the outbox, where a person sees what would leave. Each resolves with the ids of the items. All of it throws a
 * `UserError` where it can't be done, and a `NotAdmittedError` for what does not leave.
 */
export interface Proposals {
  /**
   * An item for each of the flows. Where what was told of the campaign before still holds, it is told anew: as later versions of the same
   * objects. What is not found any more is not said again, and lapses.
   */
  campaign(found: FoundCampaign, how: Telling, by: By): Promise<string[]>;
  /** Takes back what an item has told, and what the items before it of the same campaign have: its objects again, revoked. */
  retract(item: string, by: By): Promise<string[]>;
  react(objects: readonly string[], reaction: Reaction, terms: Terms, by: By): Promise<string[]>;
  /** Says of objects, whoever has said them, that they belong together, before anybody can say how. */
  group(objects: readonly string[], terms: Terms, by: By): Promise<string[]>;
}

export interface ProposalsOptions {
  readonly state: Pick<State, "outbox" | "ledger" | "transaction">;
  readonly self: () => CircleMember;
  readonly circleKeys: readonly CircleKey[];
  readonly newItemId: () => string;
}

export function createProposals({ state, self, circleKeys, newItemId }: ProposalsOptions): Proposals {
  const { outbox } = state;
  const authorship = ({ tlp, permitted }: Terms, nowMs: number, earlier = nothingEarlier): Authorship => ({
    member: self().identity,
    tlp,
    permitted,
    nowMs,
    newIdentifier: randomIdentifier,
    earlier,
  });
  const propose = async (
    about: Pick<OutboxItem, "flow" | "kind" | "about">,
    objects: readonly StixObject[],
    { person, nowMs }: By,
  ): Promise<string> => {
    const id = newItemId();
    const proposed = new Date(nowMs).toISOString();
    await state.transaction(async (inside) => {
      await inside.outbox.propose({ ...about, id, proposed, proposed_by: person, objects: asJson(objects) });
      const subject = { kind: "outbox-item", id };
      await inside.audit.append([auditEvent("outbox.proposed", subject, about, nowMs, { name: person })]);
    });
    return id;
  };
  return {
    async campaign({ campaign, signals, actions }, { flows, actor, isLater = false, ...terms }, by) {
      const standing = await outbox.standing(campaign.id);
      if (isLater && standing.length === 0) {
        throw new UserError(`nothing that holds was told of ${campaign.id}`, "propose it as a campaign of its own");
      }
      await refuseWhileWaiting(outbox, campaign.id, standing);
      const earlier = await earlierOf(state.ledger, standing, by.nowMs);
      const key = circleKeyAt(circleKeys, by.nowMs);
      const lastKey =
        readableKeysAt(circleKeys, by.nowMs).find(({ epoch }) => epoch !== key.epoch && isToldUnder(epoch, standing)) ??
        null;
      const sharing = { campaign, signals, actions, key, lastKey, actor };
      const told = campaignObjects(sharing, authorship(terms, by.nowMs, earlier));
      const items = flows.map((flow) => ({ flow, objects: ofFlow(told, flow) }));
      for (const { flow, objects } of items) {
        if (!objects.some((object) => flowOf(object) === flow)) {
          throw new UserError(
            `there is nothing for ${flow}: no action is in force against campaign ${campaign.id}`,
            "propose it for intelligence or incidents",
          );
        }
      }
      const ids: string[] = [];
      for (const { flow, objects } of items) {
        const kind = standing.some((item) => item.flow === flow) ? "update" : "proposal";
        ids.push(await propose({ flow, kind, about: campaign.id }, objects, by));
      }
      return ids;
    },
    async retract(id, by) {
      const item = await outbox.find(id);
      if (item?.state !== "sent")
        throw new UserError(`nothing was sent as ${id}`, "stillwatch share outbox --state sent");
      if (item.kind === "retraction") throw new UserError(`${id} is a retraction itself`);
      if ((await outbox.retractionOf(id)) !== null) throw new UserError(`${id} is being taken back already`);
      if (item.kind === "reaction" || item.kind === "grouping")
        return [await propose(takingBack(item), revoked([item], by.nowMs), by)];
      await refuseUnlessLast(outbox, item);
      const told = (await outbox.standing(item.about)).filter(({ flow }) => flow === item.flow);
      return [await propose(takingBack(item), revoked(told, by.nowMs), by)];
    },
    async react(about, reaction, terms, by) {
      const author = authorship(terms, by.nowMs);
      const object =
        reaction.kind === "note"
          ? noteOn(about, reaction.remark, author)
          : opinionOn(about, reaction.opinion, reaction.remark, author);
      return [await propose(saying("reaction", about), marked(object, author), by)];
    },
    async group(about, terms, by) {
      const author = authorship(terms, by.nowMs);
      return [await propose(saying("grouping", about), marked(groupingOf(about, author), author), by)];
    },
  };
}

function saying(kind: "reaction" | "grouping", [first = ""]: readonly string[]) {
  return { flow: "intelligence", kind, about: first } as const;
}

/** With who says it, and to whom. */
function marked(object: StixObject, { member, tlp, permitted }: Authorship): StixObject[] {
  return [member, tlpMarking(tlp), ...(permitted === null ? [] : [iepMarking(permitted)]), object];
}

function takingBack({ id, flow }: OutboxItem): Pick<OutboxItem, "flow" | "kind" | "about"> {
  return { flow, kind: "retraction", about: id };
}

/** What the items have told, the last version of each object, revoked. */
function revoked(items: readonly OutboxItem[], nowMs: number): StixObject[] {
  const last = new Map(items.flatMap((item) => saidIn(item).map((object) => [object.id, object] as const)));
  return [...last.values()].flatMap((object) => {
    if (object.type === "extension-definition") return [];
    return "created_by_ref" in object ? [revoke(object, nowMs)] : flowOf(object) === null ? [object] : [];
  });
}

/** What goes one way, with what goes along in each, and the techniques that it names. A report speaks of what goes with it. */
function ofFlow(objects: readonly StixObject[], flow: Flow): StixObject[] {
  const own = objects.filter((object) => flowOf(object) === flow);
  const named = new Set<string>(own.flatMap((object) => (object.type === "relationship" ? object.target_ref : [])));
  const chosen = objects.filter((object) => {
    const isNamed = object.type === "attack-pattern" && named.has(object.id);
    return isNamed || [flow, null].includes(flowOf(object));
  });
  const ids = new Set<string>(chosen.map(({ id }) => id));
  return chosen.map((object) =>
    object.type === "report"
      ? admit({ ...object, object_refs: object.object_refs.filter((id) => ids.has(id)) })
      : object,
  );
}
