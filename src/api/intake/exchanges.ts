import { encodeReading, readDelivery } from "../../ingest/delivery/read.ts";
import { heldFile } from "../../ingest/source-file.ts";
import type { Door, DoorsOptions } from "./doors.ts";

// Limits.
/** Refused lines that the answer lists; the count is always whole. */
const rejectedShownMax = 100;

/** What LiteLLM's `generic_api` callback sends: an array of payloads, lines of them, or one. It comes again after a 5xx only. */
export function litellmDoor(options: Pick<DoorsOptions, "spool" | "keys">, path: string): Door {
  return { ...exchangesDoor(options, path, "litellm-payload"), busyStatus: 503 };
}

/**
 * Exchanges of a world, or records of any format that a scan reads, told by the first of them or by `?format=`. The answer is
 * `{accepted, skipped, rejected_total, rejected: [{line, reason}]}`; what was accepted may be sent again, its ids count once.
 */
export function exchangesDoor(
  { spool, keys }: Pick<DoorsOptions, "spool" | "keys">,
  path: string,
  ownFormat?: string,
): Door {
  return {
    path,
    async answer({ body, query }) {
      const format = ownFormat ?? query.get("format") ?? undefined;
      const reading = await readDelivery(heldFile("the body", body), {
        keys,
        ...(format === undefined ? {} : { format }),
      });
      const records = encodeReading(`POST ${path}`, reading);
      if (records.length > 0) await spool.append(records);
      const { exchanges, facts, skipped, refusals } = reading;
      const accepted = exchanges.length + facts.length;
      const rejected = refusals.slice(0, rejectedShownMax);
      const answer = { accepted, skipped, rejected_total: refusals.length, rejected };
      return { status: 202, contentType: "application/json", body: JSON.stringify(answer) };
    },
  };
}
