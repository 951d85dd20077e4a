import type { JsonRecord } from "../../../ingest/json-value.ts";
import type { Withheld } from "../../ruling.ts";

/** What a degraded caller is not given. */
export type Withhold = Readonly<Record<Withheld, boolean>>;

/**
 * Takes what is withheld out of one exchange: first out of the request, so that nobody pays for what nobody gets, and then out
 * of the answer, whatever the request said, since servers differ in what they send unasked. Each method gives back the very
 * value that it was given where there was nothing to take, so that its bytes can go on as they came.
 */
export interface Stripper {
  request(body: JsonRecord): JsonRecord;
  answer(body: JsonRecord): JsonRecord;
  /** One event of a streamed answer, in their order. null: nothing is left of it, and it is not sent. */
  event(event: JsonRecord): JsonRecord | null;
}

/** How one of the vendors' endpoints writes requests and answers. A stripper is for one exchange. */
export interface Dialect {
  readonly name: string;
  /**
   * `call`: an exchange with a model. `batch`: JSON that holds the requests or the answers of many. `lines`: the same, with a line of
   * JSON for each; the stripper takes them one by one, as requests and as answers.
   */
  readonly kind: "call" | "batch" | "lines";
  /** Whether a request asks for others that do not pass here as they are, and can't be stripped. It is refused. */
  isOutOfSight?(body: JsonRecord): boolean;
  /** Whether a line that begins as a record, and is no JSON, is meant as a request. It is refused: a lenient server may read it. */
  isMeant?(line: string): boolean;
  stripper(withhold: Withhold): Stripper;
}
