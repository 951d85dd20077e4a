const millisecondsPer = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 } as const;

/** `2026-01-31T12:00:00.123456Z`, with an offset, with neither and a space (PostgreSQL, ClickHouse), or the day alone. */
const writtenTime = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(\.\d+)?\s*(Z|[+-]\d\d:?\d\d|UTC)?)?$/i;

/**
 * A foreign time as epoch milliseconds. Numbers, and texts of digits, are counted in `unit`; other texts are read as
 * ISO 8601, as UTC where no offset stands and as midnight where no clock does. What is no time comes back as it is, for the validation to name it.
 */
export function foreignTime(value: unknown, unit: keyof typeof millisecondsPer): unknown {
  if (typeof value === "number") return Math.floor(value * millisecondsPer[unit]);
  if (typeof value !== "string") return value ?? undefined;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Math.floor(Number(text) * millisecondsPer[unit]);
  const match = writtenTime.exec(text);
  if (match === null) return value;
  const [, day = "", clock = "00:00:00", fraction = "", offset = "Z"] = match;
  const zone = /^utc$/i.test(offset) ? "Z" : offset.replace(/^([+-]\d\d):?(\d\d)$/, "$1:$2").toUpperCase();
  const milliseconds = fraction === "" ? "" : fraction.slice(0, 4).padEnd(4, "0");
  const instant = Date.parse(`${day}T${clock}${milliseconds}${zone}`);
  return Number.isNaN(instant) ? value : instant;
}
