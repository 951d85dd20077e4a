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
 *   6 lines from either end, lines of 8 characters and more, 32 characters from either end; 48 words of either text;
 *   passages of 32 bytes and more, one in four by its hash: of a prompt from the same ends, of an answer three from its first
 *   2048 bytes.
 */

/** Lower case; the Unicode tables are consulted only where there is more than ASCII. */
const lowerCase = (column: Sql): Sql =>
  sql`if(length(${column}) = lengthUTF8(${column}), lower(${column}), lowerUTF8(${column}))`;

/** Runs of white space as one blank, lines kept apart. */
const singleSpaced = (column: Sql): Sql => sql`replaceRegexpAll(${column}, '[ \\t\\r\\f\\v]{2,}|[\\t\\r\\f\\v]', ' ')`;

/** The same where few texts have any: to look for them takes a tenth of what the expression does. */
const mostlySpaced = (column: Sql): Sql =>
  sql`if(multiSearchAny(${column}, ['  ', '\t', '\r', '\f', '\v']), ${singleSpaced(column)}, ${column})`;

/** Both ends of a text: a template's fixed parts stand there, and a document pasted between them costs nothing. */
const ends = (column: Sql): Sql =>
  sql`if(length(${column}) <= 8192, ${column}, concat(left(${column}, 4096), '\n', right(${column}, 4096)))`;

/** Every number alike: what is left is the template, not its filling. */
const numberless = (column: Sql): Sql => sql`replaceRegexpAll(${column}, '[0-9]+', '0')`;

/**
 * A conversation is told by its first turn. What comes with a history is told by what is asked at last as well, for who always sends one, and who
 * puts examples there that never change; of these, one in four is looked through for intents and for what its answer says. Where not, the
 * answer is emptied first: a conditional around the costly expressions would copy every column they read.
 */
const isLookedThrough = sql`bitOr(length(messages) <= 2, cityHash64(prompt) % 4 = 0)`;

/**
 * Columns that other columns of the sketch are made of; they stand below them. `plain`: two deliveries of one text agree, two
 * fillings of one template don't. `skeleton`: the two fillings agree in most lines. Many exchanges have few system prompts, so
 * each is lowered and spaced once a block, as an entry of a dictionary (a conditional would spread them out again).
 */
export const sketchInputs: readonly Sql[] = [
  sql`${singleSpaced(sql`lowerUTF8(toLowCardinality(system))`)} AS system_plain, ${mostlySpaced(lowerCase(sql`opening`))} AS opening_plain,
    ${isLookedThrough} AS is_looked_through`,
  sql`if(user_turns > 1, ${mostlySpaced(lowerCase(sql`prompt`))}, opening_plain) AS prompt_plain`,
  sql`left(if(is_looked_through, response, ''), 2048) AS response_sketched`,
  sql`${numberless(ends(sql`system_plain`))} AS system_skeleton, ${ends(sql`prompt_plain`)} AS prompt_ends`,
  sql`${numberless(sql`prompt_ends`)} AS prompt_skeleton, ${lowerCase(sql`response_sketched`)} AS response_plain`,
];

/** System prompts carry dates and counters, so numbers are alike. */
const systemHash = sql`if(system = '', 0, cityHash64(${numberless(sql`system_plain`)}))`;

/** The same with its numbers, for who puts an item there. */
const systemTextHash = sql`if(system = '', 0, cityHash64(system_plain))`;

/** The set of tools offered, whatever their order. */
const toolsHash = sql`if(empty(tools), 0, cityHash64(arraySort(tools)))`;

/** The parameters as sent: a client's fixed habit. */
const paramsHash = sql`cityHash64(
  j.params.temperature, j.params.top_p, j.params.n, j.params.max_tokens,
  j.params.logprobs, j.params.stream, j.params.reasoning_effort)`;

/** Identifies a conversation: its first user message stays the same from turn to turn. */
const rootHash = sql`if(opening = '', 0, cityHash64(trimBoth(opening_plain)))`;

/** The prompt: the same item asked twice agrees. In a conversation's first turn it is the root. */
const promptHash = sql`if(prompt = '', 0, cityHash64(trimBoth(prompt_plain)))`;

/** All messages but the last: the next turn of a conversation, on whatever account, has it in common with a retry. */
const prefixHash = sql`if(length(messages) < 2, 0, cityHash64(arrayPopBack(messages)))`;

/** Hashes of the first and the last six lines of a skeleton, if they say something, salted by where they stood. */
const lineHashes = (lines: Sql, salt: Sql): Sql => sql`
  arrayMap(piece -> cityHash64(${salt}, trimBoth(piece)), arrayFilter(
    (piece, at) -> bitAnd(lengthUTF8(piece) >= 8, bitOr(at <= 6, at >= length(${lines}) - 5)),
    ${lines}, arrayEnumerate(${lines})))`;

/** How a prompt begins and ends: a template on one line shares these, whatever it is filled with. */
const endHashes = sql`
  if(prompt_skeleton = '', [], [
    cityHash64('begin', replaceAll(substringUTF8(prompt_skeleton, 1, 32), '\n', ' ')),
    cityHash64('end', replaceAll(substringUTF8(prompt_skeleton, -32), '\n', ' '))])`;

/**
 * The pieces that accounts with one template share. At most 6+6 of the system prompt, 6+6+2 of the prompt, 1 of the tools.
 * Where there are tools they come first; then how the prompt begins.
 */
const template = sql`arrayDistinct(arrayConcat(
  if(empty(tools), [], [${toolsHash}]),
  ${endHashes},
  ${lineHashes(sql`splitByChar('\n', system_skeleton)`, sql`'system'`)},
  ${lineHashes(sql`splitByChar('\n', prompt_skeleton)`, sql`'prompt'`)}))`;

/**
 * What a text is about, for histograms, whatever its script: words of four letters and more where words are spaced, pairs
 * of characters where they are not (three bytes a character: Chinese, Japanese, Korean, Thai, ...) and one in ten or more is
 * such. Of a long text a min-wise sample, so that every account's histogram is sampled alike. bitAnd, because AND copies words.
 */
const wordsOf = (column: Sql): Sql => sql`arrayMap(feature -> toUInt16(feature),
  arraySlice(arrayCompact(arraySort(arrayConcat(
    arrayMap(word -> cityHash64(word),
      arrayFilter(word -> bitAnd(lengthUTF8(word) > 3, length(word) < 3 * lengthUTF8(word)), tokens(${column}))),
    arrayMap(pair -> cityHash64(pair), arrayFilter(pair -> length(pair) = 6,
      ngrams(if(5 * length(${column}) < 6 * lengthUTF8(${column}), '', ${column}), 2)))))), 1, 48))`;

/**
 * What ends a passage: the ends of sentences, and what prompts set an inserted text off with. So an answer's passages come out
 * the same after "Given:" or between tags as where the model wrote them.
 */
const asSeparateLines = (column: Sql): Sql => {
  const ascii = sql`translate(${column}, '.?!:;<>"*|', '\n\n\n\n\n\n\n\n\n\n')`;
  // One search a mark takes half as long as to translate characters of several bytes, or as an expression.
  const wide = [sql`'。'`, sql`'？'`, sql`'！'`, sql`'：'`, sql`'；'`].reduce(
    (separated, mark) => sql`replaceAll(${separated}, ${mark}, '\n')`,
    ascii,
  );
  return sql`if(length(${column}) = lengthUTF8(${column}), ${ascii}, ${wide})`;
};

/**
 * Hashes of passages, to recognise what an answer said in a later prompt. One in four tells as much as all, if it is the same
 * one everywhere. Numbers stay: two fillings of one template are two passages. Bytes and not characters, since a character
 * says more where it takes more.
 */
const passagesOf = (column: Sql): Sql => sql`
  arrayFilter(hash -> hash % 4 = 0, arrayMap(passage -> cityHash64(trimBoth(passage)),
    arrayFilter(passage -> length(passage) >= 32, splitByChar('\n', ${asSeparateLines(column)}))))`;

/** Which way of hashing lines: another number with each change to `template` or to what it is made of. */
const linesVersion = 1;

/**
 * A line of a template as providers name it to each other: lines that were hashed in two ways never agree.
 *
 * @param hash of the line, in decimal.
 */
export const pieceOf = (hash: string): string => `${linesVersion}/${hash}`;

/** Columns of `exchange`, by name. */
export const sketchColumns: Sql = sql`
  ${systemHash} AS system_hash,
  ${systemTextHash} AS system_text_hash,
  lengthUTF8(system) AS system_length,
  ${toolsHash} AS tools_hash,
  length(tools) AS tool_count,
  ${paramsHash} AS params_hash,
  ${rootHash} AS root_hash,
  ${promptHash} AS prompt_hash,
  ${prefixHash} AS prefix_hash,
  lengthUTF8(prompt) AS prompt_length,
  lengthUTF8(response) AS response_length,
  ${template} AS template,
  ${wordsOf(sql`prompt_ends`)} AS words,
  ${wordsOf(sql`system_skeleton`)} AS system_words,
  if(user_turns > 1, [], ${passagesOf(sql`prompt_ends`)}) AS opening_passages,
  arraySlice(${passagesOf(sql`response_plain`)}, 1, 3) AS response_passages`;
