import type { CircleDesk } from "../../api/desk/routes/circle.ts";
import type { Desk } from "../../decide/desk/desk.ts";
import type { Leads } from "../../detect/leads/lead.ts";
import type { Watch } from "../../detect/watch/watch.ts";
import { UserError } from "../../kit/user-error.ts";
import { keyStandingIn, readMembers } from "../../share/circle/members.ts";
import type { Members } from "../../share/circle/members.ts";
import { readOwnWord } from "../../share/circle/own-word.ts";
import { readableKeysAt, readCircleKeys } from "../../share/circle/own-keys.ts";
import { createIntelligence, readKnown } from "../../share/intelligence/intelligence.ts";
import { leadOf } from "../../share/stix/behaviour.ts";
import type { Store } from "../../store/engine.ts";
import { heedOthers, leadsOfOthers } from "../online/others.ts";
import { readAnswerable, readComparable } from "./answerable.ts";
import { serveCircle } from "./circle.ts";
import type { ServeCircleOptions } from "./circle.ts";
import type { Closings } from "./closings.ts";
import { countAccounts } from "./countable.ts";
import type { ServeConfig } from "./config.ts";
import { findLiveCampaign, readLiveHere } from "./found-campaign.ts";
import type { Journal } from "./journal.ts";

interface CirclePartOptions extends Pick<ServeCircleOptions, "state" | "clock" | "wait" | "onFailure"> {
  readonly config: ServeConfig;
  readonly store: Store;
  readonly desk: Desk;
  readonly watch: Watch;
  readonly journal: Journal;
}

export interface CirclePart {
  /** Of the circle's listener; null: we belong to none. */
  readonly port: number | null;
  /** What the desk's API gets of it. */
  readonly people: { readonly circle?: CircleDesk };
  /** What the watch is to look for besides; null: nothing. */
  leads(nowMs: number): Promise<Leads | null>;
  /** What follows from what others say and take back. Not to be called during a step of the watch. */
  heed(nowMs: number): Promise<void>;
}

/** The circle, where one is configured, with what is made of what comes from it. Throws a `UserError` where the configuration won't do. */
export async function openCirclePart(options: CirclePartOptions, closings: Closings): Promise<CirclePart> {
  const { config, state, desk, watch, clock, journal } = options;
  if (config.circle === undefined) {
    return { port: null, people: {}, leads: () => Promise.resolve(null), heed: () => Promise.resolve() };
  }
  const circleKeys = readCircleKeys(config.circle["circle-keys-file"]);
  // Without a key for now nothing of others could be looked for: better said at the start than at a look.
  readableKeysAt(circleKeys, clock.nowMs());
  const members = membersNow(config.circle.members);
  const self = members().find(config.circle.self)?.id ?? config.circle.self;
  const knowledge = {
    state,
    self,
    signing: () => keyStandingIn(members()),
    ours: (nowMs: number) => readOwnWord(state.outbox, self, nowMs),
  };
  const own = {
    here: (nowMs: number) => readLiveHere(options, nowMs),
    keys: (nowMs: number) => readableKeysAt(circleKeys, nowMs),
  };
  const findCampaign = (id: string, nowMs: number) => findLiveCampaign(options, id, nowMs);
  const intelligence = createIntelligence({
    ...knowledge,
    desk,
    watch,
    leadOf: (indicator, member, nowMs) => leadOf(indicator, member, own.keys(nowMs)),
  });
  const served = await serveCircle(
    {
      ...options,
      config: config.circle,
      data: config.data,
      intelligence,
      findCampaign,
      answers: () => readAnswerable(options),
      accountsIn: (question) => countAccounts(options, question),
      identifiersOf: (id) => readComparable(options, id),
      known: (nowMs) => readKnown({ ...knowledge, ...own }, nowMs),
      onRound: (outcome) => journal.info(outcome, "circle round"),
    },
    closings,
  );
  return {
    port: served.port,
    people: { circle: served.desk },
    leads: (nowMs) => leadsOfOthers(intelligence, own.keys(nowMs), nowMs),
    async heed(nowMs) {
      const { proposals } = served.desk;
      const others = { watch, intelligence, proposals, state, circleKeys, findCampaign };
      const { settlements, renewed } = await heedOthers(others, nowMs);
      for (const settlement of settlements) journal.info(settlement, "retraction settled");
      for (const campaign of renewed) journal.info({ campaign }, "proposed to be told anew, under the new key");
    },
  };
}

/** Who belongs to the circle now; as it last was where the file can't be read, which the circle's next round tells of. */
function membersNow(path: string): () => Members {
  let last = readMembers(path);
  return () => {
    try {
      last = readMembers(path);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
    return last;
  };
}
