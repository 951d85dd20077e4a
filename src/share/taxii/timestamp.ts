/**
 * Times of STIX and TAXII (TAXII 2.1, 2; STIX 2.1, 2.12): RFC 3339 in UTC with `T` and `Z`. Microseconds since the Unix epoch
 * here, which is as fine as TAXII tells when something was added.
 */
export function parseTimestampUs(text: string): number | null {
  const [, seconds, fraction = ""] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/.exec(text) ?? [];
  if (seconds === undefined) return null;
  const ms = Date.parse(`${seconds}Z`);
  // The 30th of February would be taken for a day of March.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(seconds)) return null;
  return ms * 1_000 + Number(fraction.padEnd(6, "0"));
}

/** In whole milliseconds where it is some, else in microseconds: as `modified` is written. */
export function formatTimestamp(us: number): string {
  const long = formatLongTimestamp(us);
  return long.endsWith("000Z") ? `${long.slice(0, -"000Z".length)}Z` : long;
}

/** Always in microseconds. */
export function formatLongTimestamp(us: number): string {
  const ms = Math.floor(us / 1_000);
  return `${new Date(ms).toISOString().slice(0, -1)}${String(us - ms * 1_000).padStart(3, "0")}Z`;
}
