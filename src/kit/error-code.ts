/** The code that an error carries: `ENOENT` of the operating system, SQLSTATE of PostgreSQL (appendix A of its manual), a library's own; undefined where it has none. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
