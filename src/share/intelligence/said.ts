import { readPages } from "../../decide/desk/pages.ts";
import type { Repositories } from "../../store/state/state.ts";
import { stixObjectSchema } from "../stix/objects.ts";
import type { StixObject } from "../stix/objects.ts";
import { dayMs, silentDaysMax } from "./terms.ts";

/** An object that holds, and who says it since when, by our clock. */
export interface Said {
  readonly member: string;
  readonly object: StixObject;
  /** The first version that we know of, and the last one. */
  readonly firstMs: number;
  readonly saidMs: number;
}

/** All that others have said and that holds, in the order in which it came first. */
export async function readSaid(state: Pick<Repositories, "received">, nowMs: number): Promise<Said[]> {
  const rows = await readPages((page) => state.received.current(nowMs - silentDaysMax * dayMs, page));
  return rows.flatMap(({ member, body, firstReceived, received }) => {
    // What an older version of this program took in may be what this one would not: it is left alone, and goes in its time.
    const object = stixObjectSchema.safeParse(JSON.parse(body));
    if (!object.success) return [];
    const times = { firstMs: Date.parse(firstReceived), saidMs: Date.parse(received) };
    return [{ member, object: object.data, ...times }];
  });
}
