/** How an exchange reached the model, from a vendor's name for the provider; undefined where that says nothing. */
export function pathwayOf(provider: unknown): string | undefined {
  if (typeof provider !== "string") return undefined;
  const name = provider.toLowerCase();
  if (name.includes("bedrock")) return "bedrock";
  if (name.includes("vertex")) return "vertex";
  if (/^(az\.|azure)/.test(name)) return "azure";
  return undefined;
}
