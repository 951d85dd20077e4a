/** Traces that customers leave without meaning to. */
export const TRACE_KINDS = ["payment", "device", "phone", "signup_ip", "ip", "end_user"] as const;
export type TraceKind = (typeof TRACE_KINDS)[number];
/** Or names that they give themselves: openly shared, they speak of one customer, not of a hidden link. */
export type TokenKind = TraceKind | "organization" | "email_domain";

const traceKinds: ReadonlySet<TokenKind> = new Set(TRACE_KINDS);

export const isTrace = (kind: TokenKind): boolean => traceKinds.has(kind);
