/**
 * JSON in one form only (RFC 8785, JCS), so that the same value always has the same hash: names sorted by UTF-16 code units, no
 * space, numbers as ECMAScript writes them. What JSON can't hold is refused rather than dropped; a name whose value is
 * undefined counts as absent.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case "string":
      if (/\p{Surrogate}/u.test(value)) throw new TypeError("half of a surrogate pair has no canonical form");
      return JSON.stringify(value);
    case "boolean":
      return JSON.stringify(value);
    case "number":
      if (!Number.isFinite(value)) throw new TypeError(`${value} has no form in JSON`);
      return JSON.stringify(value);
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
      return `{${Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, item]) => `${canonicalJson(name)}:${canonicalJson(item)}`)
        .join(",")}}`;
    default:
      throw new TypeError(`a ${typeof value} has no form in JSON`);
  }
}
