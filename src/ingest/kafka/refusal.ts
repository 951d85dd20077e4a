import { ProtocolError } from "@platformatic/kafka";
import { errorCode } from "../../kit/error-code.ts";
import { UnavailableError } from "../../kit/unavailable-error.ts";
import { UserError } from "../../kit/user-error.ts";

const restart = "then start the server again";
const mayRead = (what: string): string =>
  `let the user that it logs in as read ${what} (an ACL), or name another in kafka:, ${restart}`;

/** What nobody but a person can mend, by its name in Kafka's protocol: to try again is no use, and many a login gets an account locked. */
const finals: ReadonlyMap<string, string> = new Map([
  ["TOPIC_AUTHORIZATION_FAILED", mayRead("the topics")],
  ["GROUP_AUTHORIZATION_FAILED", mayRead("the group")],
  ["CLUSTER_AUTHORIZATION_FAILED", mayRead("the cluster")],
  ["SASL_AUTHENTICATION_FAILED", `see to username and password-file of kafka.sasl, ${restart}`],
  ["UNSUPPORTED_SASL_MECHANISM", `name one in kafka.sasl.mechanism that the broker has, ${restart}`],
  ["UNSUPPORTED_VERSION", `the broker is too old, or too new, for the client here: change its version, ${restart}`],
  ["INVALID_TOPIC_EXCEPTION", `mend the names in kafka.topics, ${restart}`],
  ["INVALID_GROUP_ID", `mend the name in kafka.group, ${restart}`],
  [
    "INCONSISTENT_GROUP_PROTOCOL",
    `others that share partitions in another way are in the group; name one of its own in kafka.group, ${restart}`,
  ],
]);

/** What passes, by itself or once somebody has seen to it: it is tried again. */
const passing: ReadonlyMap<string, string> = new Map([
  ["UNKNOWN_TOPIC_OR_PARTITION", "create the topic, or mend kafka.topics; it goes on as soon as the topic is there"],
  [
    "OFFSET_OUT_OF_RANGE",
    "the topic no longer holds what would have come next, and it goes on with the oldest that is left; keep messages for longer than this server may be away",
  ],
  ...[
    "REBALANCE_IN_PROGRESS",
    "ILLEGAL_GENERATION",
    "UNKNOWN_MEMBER_ID",
    "MEMBER_ID_REQUIRED",
    "FENCED_INSTANCE_ID",
  ].map(
    (name) => [name, "the group shares its partitions anew; it is joined again, and nothing has to be done"] as const,
  ),
]);
const unknown = "it is tried again; where it goes on, see the broker's log";

export interface Refusal {
  /** Whether it is no use to try again. */
  readonly isFinal: boolean;
  /** With what can be said of it, and what to do: what the client throws may quote what the broker said. */
  readonly failure: UserError | UnavailableError;
}

/** What a broker refused, or that it can't be reached; null where the error is none of Kafka's. */
export function refusalOf(error: unknown): Refusal | null {
  const chain = [...chainOf(error)];
  const codes = chain.map(errorCode);
  const options = { cause: error };
  const refused = namesOf(chain).toSorted((one, other) => Number(finals.has(other)) - Number(finals.has(one)))[0];
  if (refused !== undefined) {
    const message = `Kafka refuses with ${refused}`;
    const final = finals.get(refused);
    if (final !== undefined) return { isFinal: true, failure: new UserError(message, final, options) };
    return { isFinal: false, failure: new UnavailableError(message, passing.get(refused) ?? unknown, options) };
  }
  if (!codes.some((code) => code?.startsWith("PLT_KFK_") === true)) return null;
  const why = codes.find((code) => code !== undefined && !code.startsWith("PLT_KFK_"));
  const message = `Kafka can't be reached${why === undefined ? "" : `: ${why}`}`;
  const hint =
    "see that the brokers run at the addresses in kafka.brokers, and whether they want tls or sasl; it is tried again";
  return { isFinal: false, failure: new UnavailableError(message, hint, options) };
}

export const isRefusedWith = (error: unknown, name: string): boolean => namesOf([...chainOf(error)]).includes(name);

/** The names of the refusals; the client's own errors of the same kind go by the broker's. */
function namesOf(chain: readonly unknown[]): string[] {
  return chain.flatMap((error) => {
    if (error instanceof ProtocolError) return typeof error["apiId"] === "string" ? [error["apiId"]] : [];
    if (errorCode(error) === "PLT_KFK_UNSUPPORTED_API") return ["UNSUPPORTED_VERSION"];
    const isUnknown =
      error instanceof Error && errorCode(error) === "PLT_KFK_USER" && error.message.startsWith("Unknown topic ");
    return isUnknown ? ["UNKNOWN_TOPIC_OR_PARTITION"] : [];
  });
}

/** The error, and all that are behind it. */
function* chainOf(error: unknown): Generator {
  yield error;
  if (error instanceof AggregateError) for (const one of error.errors) yield* chainOf(one);
  if (error instanceof Error && error.cause !== undefined) yield* chainOf(error.cause);
}
