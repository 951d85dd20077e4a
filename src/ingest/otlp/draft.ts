import { clientAddress } from "../address.ts";
import { paramsIn, sentParam } from "../body/request.ts";
import { firstText, maybeFlag, maybeJson, maybeNumber, nonBlank } from "../json-value.ts";
import { pathwayOf } from "../pathway.ts";
import { accountFrom } from "../record-reader.ts";
import type { Draft } from "../record-reader.ts";
import { maskKey } from "../secret.ts";
import { foreignTime } from "../time.ts";
import { firstAttribute } from "./any-value.ts";
import type { Attributes } from "./any-value.ts";
import { contentOf } from "./content.ts";
import {
  accountNames,
  addressNames,
  detailsEvent,
  endUserNames,
  invocationParameters,
  keyNames,
  modelNames,
  modelOperations,
  paramNames,
  providerNames,
  statusNames,
  usageNames,
  userAgentNames,
} from "./names.ts";
import type { NamedEvent, Signal } from "./signal.ts";

/**
 * A span or log record as an exchange. Message events that were logged beside a span come in `events`; its own are
 * looked at too. What is no model call is skipped.
 */
export function draftOf(signal: Signal, events: readonly NamedEvent[] = []): Draft {
  const other = otherThanModelCall(signal);
  if (other !== null) return { kind: "skip", reason: other };
  const { attributes } = signal;
  const content = contentOf(attributes, [...signal.events, ...events]);
  const { key, account, accountFields } = callerOf(attributes);
  const endUser = nonBlank(firstAttribute(attributes, endUserNames));
  return {
    kind: "exchange",
    sources: {
      time: ["startTimeUnixNano", "timeUnixNano"],
      id: ["traceId and spanId", "gen_ai.response.id"],
      account: accountFields,
      model: modelNames,
    },
    candidate: {
      time: foreignTime(signal.timeUnixNano, "ns"),
      id: idOf(signal),
      account,
      key,
      pathway: pathwayOf(firstAttribute(attributes, providerNames)),
      ip: clientAddress(firstAttribute(attributes, addressNames)),
      user_agent: firstAttribute(attributes, userAgentNames),
      end_user: endUser === account ? undefined : endUser,
      model: firstAttribute(attributes, modelNames),
      system: content.system,
      messages: content.messages,
      tools: content.tools,
      params: paramsOf(attributes),
      usage: {
        input: maybeNumber(firstAttribute(attributes, usageNames.input)),
        output: maybeNumber(firstAttribute(attributes, usageNames.output)),
        reasoning: maybeNumber(firstAttribute(attributes, usageNames.reasoning)),
      },
      status: statusOf(attributes),
      finish: content.finish,
      response: content.response,
    },
  };
}

/** Why a signal is no model call, or null where it is one. */
export function otherThanModelCall(signal: Signal): string | null {
  const { attributes } = signal;
  const operation = attributes.get("gen_ai.operation.name");
  if (typeof operation === "string" && !modelOperations.has(operation)) return `operation ${operation}`;
  const spanKind = attributes.get("openinference.span.kind");
  if (typeof spanKind === "string" && spanKind !== "LLM") return `OpenInference span of kind ${spanKind}`;
  const requestType = attributes.get("llm.request.type");
  if (requestType === "embedding" || requestType === "rerank") return `request of type ${requestType}`;
  if (operation !== undefined || spanKind === "LLM") return null;
  if (signal.kind === "log" && signal.name !== detailsEvent) return "log record that is no model call";
  return firstAttribute(attributes, modelNames) === undefined ? `${signal.kind} that is no model call` : null;
}

/** The same span, or its span and its log event, are one exchange. */
function idOf(signal: Signal): string | undefined {
  if (signal.traceId !== "" && signal.spanId !== "") return `${signal.traceId}-${signal.spanId}`;
  return nonBlank(signal.attributes.get("gen_ai.response.id"));
}

function callerOf(attributes: Attributes): {
  readonly key: string | undefined;
  readonly account: string | undefined;
  readonly accountFields: readonly string[];
} {
  const secret = nonBlank(firstAttribute(attributes, keyNames));
  const key = secret === undefined ? undefined : maskKey(secret);
  const named = accountNames.map((name) => [name, nonBlank(attributes.get(name))] as const);
  return { key, ...accountFrom({ ...Object.fromEntries(named), [keyNames.join(" or ")]: key }) };
}

function paramsOf(attributes: Attributes): Readonly<Record<string, unknown>> {
  const named = Object.entries(paramNames).map(([param, names]) => {
    const value = sentParam(firstAttribute(attributes, names));
    return [param, param === "reasoning_effort" ? value : maybeFlag(maybeNumber(value))] as const;
  });
  const known = named.filter(([, value]) => value !== undefined);
  return { ...paramsIn(maybeJson(attributes.get(invocationParameters))), ...Object.fromEntries(known) };
}

/** `error.type` is a status where the instrumentation had no better name for the error. */
function statusOf(attributes: Attributes): unknown {
  const status = maybeNumber(firstAttribute(attributes, statusNames));
  if (status !== undefined) return status;
  const error = firstText(attributes.get("error.type"));
  return error !== undefined && /^[1-5]\d\d$/.test(error) ? Number(error) : undefined;
}
