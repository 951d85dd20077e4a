// What the demonstration and a lab's process say to each other; both ends read it through these schemas.
import { z } from "zod";
import { campaignSignalsSchema } from "../../src/model/campaign-signals.ts";

const timeSchema = z.int().min(0);
const personSchema = z.string().min(1);

/** What a lab is told to do. Times are event time, in milliseconds. */
export const orderSchema = z.discriminatedUnion("do", [
  /** Take in the log in `world`, which begins at some time, and begin to watch; `stillwatch.yaml` lies in `folder`. */
  z.strictObject({
    do: z.literal("open"),
    /** The lab's id in the circle. */
    member: z.string(),
    folder: z.string(),
    world: z.string(),
    /** The same for all: members refuse what is signed at another time than theirs. */
    startMs: timeSchema,
    beginsMs: timeSchema,
  }),
  z.strictObject({ do: z.literal("advance"), untilMs: timeSchema, stepMs: z.int().min(1) }),
  /** One round of the circle: send what was released, read what others have. */
  z.strictObject({ do: z.literal("exchange"), nowMs: timeSchema }),
  z.strictObject({ do: z.literal("status") }),
  /** Puts the campaign with most members into the outbox. */
  z.strictObject({ do: z.literal("propose"), person: personSchema }),
  /** Puts "seen here too" into the outbox, or that the accounts are honest, about a campaign of others. */
  z.strictObject({
    do: z.literal("react"),
    to: z.string(),
    answer: z.enum(["seen", "honest"]),
    person: personSchema,
  }),
  z.strictObject({ do: z.literal("retract"), item: z.string(), person: personSchema }),
  z.strictObject({ do: z.literal("release"), item: z.string(), person: personSchema }),
  /** What these accounts have in common, to make a lie of. */
  z.strictObject({ do: z.literal("signals"), accounts: z.array(z.string()) }),
  /** Puts a campaign that does not exist into the outbox, which is known by this. */
  z.strictObject({ do: z.literal("lie"), signals: campaignSignalsSchema, person: personSchema }),
  /** What follows from these indicators of others now. */
  z.strictObject({ do: z.literal("drawn"), indicators: z.array(z.string()) }),
  /** What the circle knows, as `stillwatch share known` prints it. */
  z.strictObject({ do: z.literal("known"), width: z.int(), color: z.boolean() }),
  z.strictObject({ do: z.literal("close") }),
]);
export type Order = z.infer<typeof orderSchema>;

export const openedSchema = z.strictObject({ port: z.int().nullable() });

/** How a lab stands. */
export const statusSchema = z.strictObject({
  campaigns: z.array(
    z.strictObject({
      id: z.string(),
      accounts: z.int(),
      /** Families of evidence of the lab's own log that speak for it. */
      families: z.array(z.string()),
      /** Members of the circle that drew attention to it. */
      drawnBy: z.array(z.string()),
    }),
  ),
  acted: z.array(z.string()),
  everActed: z.array(z.string()),
});
export type Status = z.infer<typeof statusSchema>;

/** Something in the outbox, as a person sees it. */
export const itemSchema = z.strictObject({
  id: z.string(),
  recipients: z.array(z.string()),
  objects: z.array(z.looseObject({ type: z.string(), id: z.string() })),
});
export type Item = z.infer<typeof itemSchema>;

export type Signals = z.infer<typeof campaignSignalsSchema>;

export const drawnSchema = z.strictObject({
  /** How many of the indicators are looked for. */
  leads: z.int(),
  /** Accounts that the detector looks at because of them. */
  accounts: z.array(z.string()),
  /** Accounts that stood at any time in a campaign to which they drew attention, be it confirmed or not. */
  accused: z.array(z.string()),
});
export type Drawn = z.infer<typeof drawnSchema>;

export const knownSchema = z.strictObject({ text: z.string() });
export const nothingSchema = z.strictObject({});

export const replySchema = z.union([z.strictObject({ answer: z.unknown() }), z.strictObject({ error: z.string() })]);
