import { identifier, integer, join, sql } from "../../store/sql.ts";
import type { Sql } from "../../store/sql.ts";
import {
  finiteOrNull,
  isBoolean,
  isMissingOr,
  isNegative,
  momentOf,
  notAnObject,
  parsedLines,
  wrongTime,
  yearOf,
} from "./fields.ts";
import type { LineSource } from "./fields.ts";
import type { IntentPack } from "../intent/pack.ts";
import { intentHaystack, intentMask } from "../intent/sql.ts";
import { sketchColumns, sketchInputs } from "./sketch.ts";

/** A line of an exchange log becomes a row inside the engine: parsed, checked, sketched. */
const lineType = sql`'Tuple(
  time String, id String, account String, key String, pathway String, ip String, asn String, country String,
  user_agent String, ja4 String, end_user String, model String, system String,
  messages Array(Tuple(role String, content String)), tools Array(String),
  params Tuple(temperature String, top_p String, n String, max_tokens String, logprobs String, stream String,
    reasoning_effort String),
  usage Tuple(input String, output String, reasoning String),
  status String, finish String, response String)'`;

/**
 * Finds, in the raw line, a field whose value isn't of its kind, by the characters that a value of another kind begins with. A
 * name inside of a text can't match, its quotes are escaped; one inside of an unknown field can, and then gets a second look.
 * An automaton takes half as long as an expression, and what it says of invalid UTF-8 does not matter: such lines are suspect
 * anyway. No class is negated: of [^"ab] and the like Vectorscan takes a quotation mark for a match.
 */
const wrongKind = sql`multiMatchAny(text, [
  concat('"(?:id|account|key|pathway|ip|country|user_agent|ja4|end_user|model|system|role|content|reasoning_effort|finish|response)"',
    '\\s*:\\s*[0-9tf{\\[-]'),
  '"messages"\\s*:\\s*(?:\\[\\s*["0-9tfn\\[-]|["0-9tf{-])',
  '"tools"\\s*:\\s*(?:\\[\\s*[0-9tfn{\\[-]|["0-9tf{-])',
  '"(?:params|usage)"\\s*:\\s*["0-9tf\\[-]'])`;

/** The name of the first text field that holds something else, or ''. */
const wrongTextField = sql`arrayFirst((name, type) -> type NOT IN ('String', 'Null'),
  ['id', 'account', 'key', 'pathway', 'ip', 'country', 'user_agent', 'ja4', 'end_user', 'model', 'system', 'finish',
   'response', 'params.reasoning_effort'],
  [JSONType(text, 'id'), JSONType(text, 'account'), JSONType(text, 'key'), JSONType(text, 'pathway'), JSONType(text, 'ip'),
   JSONType(text, 'country'), JSONType(text, 'user_agent'), JSONType(text, 'ja4'), JSONType(text, 'end_user'),
   JSONType(text, 'model'), JSONType(text, 'system'), JSONType(text, 'finish'), JSONType(text, 'response'),
   JSONType(text, 'params', 'reasoning_effort')])`;

const wrongRole = sql`(NOT hasAll(['user', 'assistant', 'tool', 'system'], j.messages.role))`;
const wrongNumber = sql`(
  ${isMissingOr(sql`j.asn`, sql`asn`)} + ${isMissingOr(sql`j.status`, sql`status`)} +
  ${isMissingOr(sql`j.params.temperature`, sql`temperature`)} + ${isMissingOr(sql`j.params.top_p`, sql`top_p`)} +
  ${isMissingOr(sql`j.params.n`, sql`n`)} + ${isMissingOr(sql`j.params.max_tokens`, sql`max_tokens`)} +
  ${isBoolean(sql`j.params.logprobs`)} + ${isBoolean(sql`j.params.stream`)} +
  ${isMissingOr(sql`j.usage.input`, sql`usage_input`)} + ${isMissingOr(sql`j.usage.output`, sql`usage_output`)} +
  ${isMissingOr(sql`j.usage.reasoning`, sql`usage_reasoning`)} < 11)`;
const negativeTokens = sql`(
  ${isNegative(sql`j.usage.input`)} + ${isNegative(sql`j.usage.output`)} + ${isNegative(sql`j.usage.reasoning`)} > 0)`;

/**
 * A cheap test that every bad line fails and nearly every good one passes: only lines that fail it are parsed again to say what is
 * wrong, if anything. What is no JSON, or not UTF-8, has no fields. The parts are added up because OR copies the line for every
 * part that it may skip: twenty times.
 */
const suspect = sql`(
  (bytes > 16777216) + (NOT startsWith(text, '{'))
  + (j.time = '') + (j.id = '') + (j.account = '') + (j.model = '')
  + isNull(moment) + (moment_year < 2015) + (moment_year > 2100)
  + ${wrongKind}
  + ${wrongRole} + ${wrongNumber} + ${negativeTokens}
  + arrayExists(tool -> left(tool, 1) IN ('{', '['), j.tools) > 0)`;

const isNotA = (type: Sql, name: Sql): Sql =>
  sql`(JSONHas(text, ${name}) AND JSONType(text, ${name}) NOT IN (${type}, 'Null'))`;

/** Why a line is no exchange, in words for the person who writes the log, or ''. */
const reason = sql`multiIf(
  ${notAnObject},
  j.time = '', 'time is missing',
  j.id = '', 'id is missing or empty',
  j.account = '', 'account is missing or empty',
  j.model = '', 'model is missing or empty',
  ${wrongTextField} != '', concat(${wrongTextField}, ' is not a string'),
  ${wrongTime(sql`'time'`, sql`j.time`, sql`2015`)},
  ${isNotA(sql`'Array'`, sql`'messages'`)}, 'messages is not an array',
  ${wrongRole}, 'messages: a role is not one of user, assistant, tool, system',
  arrayExists(item -> JSONType(item) != 'Object' OR JSONType(item, 'content') NOT IN ('String', 'Null'),
    JSONExtractArrayRaw(text, 'messages')), 'messages: a content is not a string',
  ${isNotA(sql`'Array'`, sql`'tools'`)}, 'tools is not an array',
  arrayExists(item -> JSONType(item) != 'String', JSONExtractArrayRaw(text, 'tools')), 'tools: an element is not a name',
  ${isNotA(sql`'Object'`, sql`'params'`)}, 'params is not an object',
  ${isNotA(sql`'Object'`, sql`'usage'`)}, 'usage is not an object',
  ${wrongNumber}, 'a number (asn, status, params or usage) is not a number, or not whole where it must be',
  ${negativeTokens}, 'usage: a count of tokens is negative',
  '')`;

/** The network of an address: /24 of IPv4 (also when mapped into IPv6), /48 of IPv6, '' where it is no address. */
const ipPrefix = sql`multiIf(
  j.ip = '', '',
  isNotNull(toIPv4OrNull(replaceOne(j.ip, '::ffff:', ''))),
    concat(substringIndex(replaceOne(j.ip, '::ffff:', ''), '.', 3), '.0/24'),
  isNotNull(toIPv6OrNull(j.ip)), concat(toString(IPv6CIDRToRange(toIPv6OrDefault(j.ip), 48).1), '/48'),
  '')`;

export interface TextRetention {
  readonly keepText: boolean;
  /** How long text is kept, from now. */
  readonly retentionDays: number;
}

/**
 * Looking for intents costs more than the rest of the sketch, and a share of an account's tasks tells as much as all: one task in eight
 * is looked through, chosen by its content, of those with a history fewer; NULL says that it was not.
 */
const intentOf = (intents: IntentPack): Sql =>
  sql`if(bitAnd(is_looked_through, cityHash64(system_hash, prompt_hash) % 8 = 1),
    ${intentMask(intentHaystack(sql`system`, sql`if(user_turns > 1, concat(opening, '\n', prompt), opening)`), intents)}, NULL)`;

/**
 * The line's parts are computed only where they are asked for. There is nothing in the plan that could be improved, and to find that out
 * takes a quarter of what the statement costs however little it takes in.
 */
const settings = sql`
SETTINGS short_circuit_function_evaluation = 'force_enable', query_plan_enable_optimizations = 0`;

/**
 * Statements that take every line of a source in: to `exchange` (and `exchange_text`), or to `reject`; or into another
 * table of the same columns, where they wait for that.
 */
export function insertExchangeLines(
  retention: TextRetention,
  intents: IntentPack,
  table = "incoming_exchange",
): (lines: LineSource) => Sql {
  // To write the patterns down takes some milliseconds.
  const intent = intentOf(intents);
  const text = retention.keepText
    ? sql`true AS keep_text, system, messages, response`
    : sql`false AS keep_text, '' AS system, [] AS messages, '' AS response`;
  return (lines) => sql`
INSERT INTO ${identifier(table)}
  (file, line, reason, time, id_hash, account, key, pathway, ip, ip_prefix, asn, country, user_agent, ja4, end_user, model,
   message_count, user_turns, last_role, temperature, top_p, n, max_tokens, logprobs, stream, reasoning_effort,
   usage_input, usage_output, usage_reasoning, status, finish,
   system_hash, system_text_hash, system_length, tools_hash, tool_count, params_hash, root_hash, prompt_hash, prefix_hash, prompt_length,
   response_length, template, words, system_words, opening_passages, response_passages, intent,
   keep_text, system, messages, response, expires)
SELECT * EXCEPT (system, messages, response), ${text}, now('UTC') + toIntervalDay(${integer(retention.retentionDays)}) AS expires
FROM (
  SELECT
    file, line, if(suspect, ${reason}, '') AS reason, ifNull(moment, toDateTime64(0, 3, 'UTC')) AS time, cityHash64(j.id) AS id_hash, j.account AS account, j.key AS key,
    j.pathway AS pathway, j.ip AS ip, ${ipPrefix} AS ip_prefix, asn, j.country AS country,
    j.user_agent AS user_agent, j.ja4 AS ja4, j.end_user AS end_user, j.model AS model,
    if(empty(messages), toUInt64(system_length > 0), length(messages)) AS message_count, user_turns, roles[-1] AS last_role,
    temperature, top_p, n, max_tokens,
    if(j.params.logprobs = '', NULL, j.params.logprobs = 'true') AS logprobs,
    if(j.params.stream = '', NULL, j.params.stream = 'true') AS stream,
    j.params.reasoning_effort AS reasoning_effort,
    usage_input, usage_output, usage_reasoning, status, j.finish AS finish,
    ${sketchColumns},
    ${intent} AS intent, system, messages, response
  FROM (
    SELECT *, ${suspect} AS suspect, ${join(sketchInputs, sql`, `)}
    FROM (
      SELECT
        *, j.system AS system, j.response AS response, j.tools AS tools, j.messages AS messages,
        j.messages.role AS roles, countEqual(roles, 'user') AS user_turns,
        j.messages.content[indexOf(roles, 'user')] AS opening,
        j.messages.content[-indexOf(arrayReverse(roles), 'user')] AS prompt,
        toInt64OrNull(j.asn) AS asn, toInt64OrNull(j.status) AS status,
        ${finiteOrNull(sql`j.params.temperature`)} AS temperature, ${finiteOrNull(sql`j.params.top_p`)} AS top_p,
        toInt64OrNull(j.params.n) AS n, toInt64OrNull(j.params.max_tokens) AS max_tokens,
        toInt64OrNull(j.usage.input) AS usage_input, toInt64OrNull(j.usage.output) AS usage_output,
        toInt64OrNull(j.usage.reasoning) AS usage_reasoning,
        ${momentOf(sql`j.time`)} AS moment, ${yearOf(sql`j.time`)} AS moment_year
      FROM (${parsedLines(lines, lineType)})
    )
  )
)
${settings}`;
}
