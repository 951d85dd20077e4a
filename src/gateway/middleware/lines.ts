/** Lines of a body as they come, none longer than the limit. The last may lack its end. */
export async function* linesOf(
  body: AsyncIterable<Uint8Array> | null,
  lineCharactersMax: number,
): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > lineCharactersMax) throw new Error("a line is too long");
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}
