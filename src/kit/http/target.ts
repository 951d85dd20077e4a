/** What may stand in a path as it is, and means the same where it is escaped (RFC 3986, 2.3 and 6.2.2.2). */
const escapedUnreserved = /%(?:2[de]|3\d|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae])/gi;

/**
 * Path and query of the target of a request: of the absolute form as well, which every server has to take (RFC 9112, 3.2.2), and without
 * escapes in the path that mean nothing.
 */
export function originForm(target: string): string {
  const start = /^https?:\/\/[^/?#]*/i.exec(target)?.[0].length ?? 0;
  const local = start === 0 ? target : `/${target.slice(start).replace(/^\//, "")}`;
  if (!local.includes("%")) return local;
  const query = local.indexOf("?");
  const path = query === -1 ? local : local.slice(0, query);
  const unescaped = path.replaceAll(escapedUnreserved, (escape) =>
    String.fromCharCode(Number.parseInt(escape.slice(1), 16)),
  );
  return unescaped + local.slice(path.length);
}
