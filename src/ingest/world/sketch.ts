import { sql } from "../../store/sql.ts";
import type { Sql } from "../../store/sql.ts";

/*
 * The sketch of an exchange: what the detector needs of its text, as hashes and counts, so that the text need not be kept.
 * One fragment a column. They read these columns of the line they are computed from:
 *   system, response String; tools Array(String); messages Array(Tuple(role, content)); roles Array(String);
 *   opening (the first user message), prompt (the last one) String; user_turns
 * A hash of 0 stands for "there was no such text".
 *
 * Limits, written into the fragments below because a view's text can't hold bound values:
 *   4096 bytes from either end of a text are normalised for `template` and `words`; what lies between is in the hashes only;
 *   6 lines from either end, lines of 8 characters and more, 32 characters from either end; 48 words of 4096 kinds.
 */

/** Lower case, white space collapsed: two deliveries of one text agree, two fillings of one template don't. */
const folded = (column: Sql): Sql =>
  sql`trimBoth(replaceRegexpAll(lowerUTF8(${column}), '\\s{2,}|[\\t\\n\\r\\f\\v]', ' '))`;

/** Both ends of a text: a template's fixed parts stand there, and a document pasted between them costs nothing. */
const ends = (column: Sql): Sql =>
  sql`if(length(${column}) <= 8192, ${column}, concat(left(${column}, 4096), '\n', right(${column}, 4096)))`;

/** Like `folded`, but line by line and with every number alike: what is left is the template, not its filling. */
const skeleton = (column: Sql): Sql =>
  sql`replaceRegexpAll(replaceRegexpAll(lowerUTF8(${ends(column)}), '[0-9]+', '0'), '[ \\t\\r\\f\\v]{2,}|[\\t\\r\\f\\v]', ' ')`;

/** Columns that other columns of the sketch are made of; they stand one level below them. */
export const sketchInputs: Sql = sql`
  ${skeleton(sql`system`)} AS system_skeleton,
  ${skeleton(sql`opening`)} AS opening_skeleton,
  lowerUTF8(${ends(sql`opening`)}) AS opening_lower,
  ${folded(sql`opening`)} AS opening_folded`;

/** System prompts carry dates and counters, so numbers are alike. */
const systemHash = sql`if(system = '', 0, cityHash64(system_skeleton, length(system) > 8192 ? system : ''))`;

/** The set of tools offered, whatever their order. */
const toolsHash = sql`if(empty(tools), 0, cityHash64(arraySort(tools)))`;

/** The parameters as sent: a client's fixed habit. */
const paramsHash = sql`cityHash64(
  j.params.temperature, j.params.top_p, j.params.n, j.params.max_tokens,
  j.params.logprobs, j.params.stream, j.params.reasoning_effort)`;

/** Identifies a conversation: its first user message stays the same from turn to turn. */
const rootHash = sql`if(opening = '', 0, cityHash64(opening_folded))`;

/** The prompt: the same item asked twice agrees. In a conversation's first turn it is the root. */
const promptHash = sql`multiIf(prompt = '', 0, user_turns = 1, ${rootHash}, cityHash64(${folded(sql`prompt`)}))`;

/** All messages but the last: the next turn of a conversation, on whatever account, has it in common with a retry. */
const prefixHash = sql`if(length(messages) < 2, 0, cityHash64(arrayPopBack(messages)))`;

const responseHash = sql`if(response = '', 0, cityHash64(response))`;

/** Hashes of the first and last six lines of a skeleton, salted by where they stood. */
const lineHashes = (skeletonColumn: Sql, salt: Sql): Sql => sql`
  arrayMap(piece -> cityHash64(${salt}, piece),
    arrayFilter(piece -> lengthUTF8(piece) >= 8,
      arrayMap(piece -> trimBoth(piece),
        if(length(splitByChar('\n', ${skeletonColumn})) <= 12,
          splitByChar('\n', ${skeletonColumn}),
          arrayConcat(
            arraySlice(splitByChar('\n', ${skeletonColumn}), 1, 6),
            arraySlice(splitByChar('\n', ${skeletonColumn}), -6))))))`;

/** How a prompt begins and ends: a template on one line shares these, whatever it is filled with. */
const endHashes = sql`
  if(opening = '', [], [
    cityHash64('begin', substringUTF8(replaceAll(opening_skeleton, '\n', ' '), 1, 32)),
    cityHash64('end', substringUTF8(replaceAll(opening_skeleton, '\n', ' '), -32))])`;

/** The pieces that accounts with one template share. At most 6+6 of the system prompt, 6+6+2 of the prompt, 1 of the tools. */
const template = sql`arrayDistinct(arrayConcat(
  if(empty(tools), [], [${toolsHash}]),
  ${endHashes},
  if(system = '', [], ${lineHashes(sql`system_skeleton`, sql`'system'`)}),
  ${lineHashes(sql`opening_skeleton`, sql`'prompt'`)}))`;

/**
 * What the prompt is about, for histograms, whatever its script: words of four letters and more where words are spaced,
 * pairs of characters where they are not (three bytes a character: Chinese, Japanese, Korean, Thai, ...). Of a long text a
 * min-wise sample, so that every account's histogram is sampled alike.
 */
const words = sql`arrayMap(feature -> toUInt16(feature % 4096), arraySlice(arraySort(arrayDistinct(arrayMap(
  feature -> cityHash64(feature),
  arrayConcat(
    arrayFilter(word -> length(word) > 3 AND lengthUTF8(word) > 3 AND length(word) < 3 * lengthUTF8(word),
      tokens(opening_lower)),
    if(length(opening_lower) = lengthUTF8(opening_lower), [],
      arrayFilter(pair -> length(pair) = 6, ngrams(opening_lower, 2))))))), 1, 48))`;

/** Columns of `exchange`, by name. */
export const sketchColumns: Sql = sql`
  ${systemHash} AS system_hash,
  lengthUTF8(system) AS system_length,
  ${toolsHash} AS tools_hash,
  length(tools) AS tool_count,
  ${paramsHash} AS params_hash,
  ${rootHash} AS root_hash,
  ${promptHash} AS prompt_hash,
  ${prefixHash} AS prefix_hash,
  lengthUTF8(prompt) AS prompt_length,
  ${responseHash} AS response_hash,
  lengthUTF8(response) AS response_length,
  ${template} AS template,
  ${words} AS words`;
