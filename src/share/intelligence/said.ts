import { readPages } from "../../decide/desk/pages.ts";
import { dayMs } from "../../kit/time-units.ts";
import type { Repositories } from "../../store/state/state.ts";
import { stixObjectSchema } from "../stix/objects.ts";
import type { StixObject } from "../stix/objects.ts";
import { silentDaysMax } from "./terms.ts";

/** An object that holds, and who says it since when, by our clock. */
export interface Said {
  readonly member: string;
  readonly object: StixObject;
  /** The first version that we know of, and the last one. */
  readonly firstMs: number;
  readonly saidMs: number;
}

/** Ids of members' keys, as of now. Members change; what was said when they were others is judged anew whenever it is used. */
export interface KeyStanding {
  /** With which somebody signs who may say something. What was said with another is left alone as long as that is so. */
  readonly believed: ReadonlySet<string>;
  /** That somebody else may have: nothing counts that they have ever signed, and what followed from it is undone. */
  readonly revoked: ReadonlySet<string>;
}

/** All that others have said, that holds, and that is signed with a key that is believed, in the order in which it came first. */
export async function readSaid(
  state: Pick<Repositories, "received">,
  { believed }: KeyStanding,
  nowMs: number,
): Promise<Said[]> {
  const rows = await readPages((page) => state.received.current(nowMs - silentDaysMax * dayMs, page));
  return rows.flatMap(({ member, key, body, firstReceived, received }) => {
    if (key !== null && !believed.has(key)) return [];
    // What an older version of this program took in may be what this one would not: it is left alone, and goes in its time.
    const object = stixObjectSchema.safeParse(JSON.parse(body));
    if (!object.success) return [];
    const times = { firstMs: Date.parse(firstReceived), saidMs: Date.parse(received) };
    return [{ member, object: object.data, ...times }];
  });
}
