/** Google's names for the form of an answer and for a function to wrap it in (cloud.google.com/apis/docs/system-parameters). */
const formNames: ReadonlySet<string> = new Set(["alt", "$alt"]);
const wrapperNames: ReadonlySet<string> = new Set(["callback", "$callback"]);
const readable: ReadonlySet<string> = new Set(["json", "sse"]);

/** A path whose query asks for no form of the answer that nothing could be taken out of, such as protobuf; all else of it stays. */
export function askedAsJson(path: string): string {
  const query = path.indexOf("?");
  if (query === -1) return path;
  const kept = path
    .slice(query + 1)
    .split("&")
    .filter((part) => [...new URLSearchParams(part)].every(([name, value]) => isRead(name, value)));
  return kept.length === 0 ? path.slice(0, query) : `${path.slice(0, query)}?${kept.join("&")}`;
}

function isRead(name: string, value: string): boolean {
  // Google's own clients ask for `json;enum-encoding=int`.
  if (formNames.has(name)) return readable.has(value.toLowerCase().split(";", 1)[0] ?? "");
  return !wrapperNames.has(name);
}
