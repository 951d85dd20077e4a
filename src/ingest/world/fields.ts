import { sql } from "../../store/sql.ts";
import type { Sql } from "../../store/sql.ts";

/*
 * What the statements for exchanges, facts and releases have in common. Every leaf of a line is read as text, '' where it is
 * missing or null; the checks decide what it may be. Quoted numbers are taken as numbers.
 *
 * Limits, in the fragments: a line is at most 16 MiB (16777216 bytes). An exchange's clock shows 2015 to 2100; an account or a
 * model may be from 1990.
 */

/** The lines of a log: columns file UInt32, line UInt32 (from 1), text String. */
export type LineSource = Sql;

/** White space, and the bytes of a byte order mark: neither begins or ends a JSON object. */
const trimmed = (column: Sql): Sql => sql`trimBoth(${column}, ' \t\r\n\xEF\xBB\xBF')`;

/**
 * Whether there are escapes of halves of surrogate pairs, which mostly stand two by two. Only what has an escape of that range or of
 * Korean, which is next to it, is searched for each: eight needles at once take five times as long as two.
 */
const hasSurrogates = (column: Sql): Sql => sql`if(multiSearchAny(${column}, ['\\ud', '\\uD']),
  multiSearchAnyCaseInsensitive(${column}, ['\\ud8', '\\ud9', '\\uda', '\\udb', '\\udc', '\\udd', '\\ude', '\\udf']), 0)`;

/**
 * A half without its other half, as a text that was cut within an emoji ends in, is valid JSON (RFC 8259, section 8.2), and the engine refuses
 * it. It becomes U+FFFD, as in other logs: who puts one into each request would not be seen at all. The pieces are pairs, halves, other
 * escapes, and what stands between.
 */
const mended = (column: Sql): Sql => sql`
  arrayStringConcat(arrayMap(piece -> if(match(piece, '^\\\\u[dD][89a-fA-F]..$'), '\\ufffd', piece),
    extractAll(${column}, concat('\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}',
      '|\\\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\\\(?s:.)|[^\\\\]+|\\\\'))))`;

/**
 * Lines with `text` trimmed and its fields, by a tuple type, as columns `j.…`; blank lines are left out, too long ones emptied.
 * Columns and not one tuple, because for every field of a tuple the engine works the whole tuple's layout out anew, block by
 * block. Nearly every line begins and ends with its braces and has no
 * surrogates: only the others are trimmed and mended, since that copies them once more.
 */
export function parsedLines(lines: LineSource, type: Sql): Sql {
  return sql`
    SELECT file, line, text, bytes, untuple(JSONExtract(text, ${type})) AS j
    FROM (
      SELECT file, line, length(line_text) AS bytes, bytes > 16777216 AS is_too_long,
        ${hasSurrogates(sql`line_text`)} AS has_surrogates,
        if(bitAnd(bitAnd(startsWith(line_text, '{'), endsWith(line_text, '}')), NOT bitOr(is_too_long, has_surrogates)), line_text,
          if(is_too_long, '', if(bitAnd(has_surrogates, isValidUTF8(line_text)),
            ${mended(trimmed(sql`line_text`))}, ${trimmed(sql`line_text`)}))) AS text
      FROM (SELECT file, line, text AS line_text FROM (${lines}))
    )
    WHERE notEmpty(text) OR bytes > 16777216`;
}

/** Arms of a multiIf: why a line is no JSON object. */
export const notAnObject: Sql = sql`
  bytes > 16777216, concat('line of ', toString(bytes), ' bytes is longer than 16 MiB'),
  NOT isValidUTF8(text), 'not valid UTF-8',
  NOT isValidJSON(text), if(match(text, '[0-9]{19}'), 'not valid JSON (integers have 64 bits)', 'not valid JSON'),
  NOT startsWith(text, '{'), 'not a JSON object'`;

/** A number as Float64, NULL where it is none or infinite. */
export const finiteOrNull = (field: Sql): Sql =>
  sql`if(isFinite(toFloat64OrNull(${field})), toFloat64OrNull(${field}), NULL)`;
/** Whether a field is left out, or its value is of the kind that it was converted to. */
export const isMissingOr = (field: Sql, value: Sql): Sql => sql`bitOr(${field} = '', isNotNull(${value}))`;
export const isBoolean = (field: Sql): Sql => sql`(${field} IN ('', 'true', 'false'))`;
export const isNegative = (field: Sql): Sql => sql`startsWith(${field}, '-')`;

const isEpoch = (field: Sql): Sql => sql`match(${field}, '^-?[0-9]{1,16}$')`;

/** RFC 3339 or epoch milliseconds as DateTime64(3), NULL where it is neither. */
export const momentOf = (field: Sql): Sql => sql`multiIf(
  ${isEpoch(field)}, fromUnixTimestamp64Milli(toInt64OrZero(${field}), 'UTC'),
  match(${field}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9](:([0-5][0-9]|60)(\\.[0-9]+)?)?(Z|[-+][0-9]{2}:?[0-9]{2})$'),
    parseDateTime64BestEffortOrNull(${field}, 3, 'UTC'),
  NULL)`;

/** The year as it was written, since a moment outside of the engine's range wraps around. A mean year is 31556952 seconds. */
export const yearOf = (field: Sql): Sql =>
  sql`if(${isEpoch(field)}, intDiv(toInt64OrZero(${field}), 31556952000) + 1970, toInt64OrZero(left(${field}, 4)))`;

/** Arms of a multiIf: what is wrong with a time of the years from `first` to 2100. */
export const wrongTime = (name: Sql, field: Sql, first: Sql): Sql => sql`
  isNull(${momentOf(field)}), concat(${name}, ' is neither RFC 3339 (2026-01-31T12:00:00.000Z) nor epoch milliseconds'),
  (${yearOf(field)} < ${first}) + (${yearOf(field)} > 2100) > 0,
    concat('the clock is off: ', ${name}, ' lies outside of ', toString(${first}), '-2100',
      if(${isEpoch(field)}, ' (epoch times are in milliseconds)', ''))`;
