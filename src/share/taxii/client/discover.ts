import { apiRootSchema, collectionsSchema, discoverySchema } from "../resources.ts";
import type { ApiRootResource, CollectionResource } from "../resources.ts";
import { TaxiiProtocolError } from "./connection.ts";
import type { TaxiiConnection } from "./connection.ts";

// Limits.
/** API roots of one server that are looked at. */
const apiRootsMax = 32;

export interface FoundApiRoot {
  readonly url: URL;
  readonly information: ApiRootResource;
  readonly collections: readonly CollectionResource[];
}

/**
 * What a server has for this user (TAXII 2.1, 4.1): `url` is the discovery's. Roots on other hosts are left out, since they would
 * get the password.
 */
export async function discover(connection: TaxiiConnection, url: URL): Promise<FoundApiRoot[]> {
  const { resource } = await connection.ask(url, { method: "GET" }, discoverySchema);
  const urls = (resource.api_roots ?? [])
    .map((root) => rootUrl(root, url))
    .filter(({ origin }) => origin === url.origin);
  const found: FoundApiRoot[] = [];
  for (const root of urls.slice(0, apiRootsMax)) {
    const { resource: information } = await connection.ask(root, { method: "GET" }, apiRootSchema);
    const list = new URL("collections/", root);
    const { resource: listed } = await connection.ask(list, { method: "GET" }, collectionsSchema);
    found.push({ url: root, information, collections: listed.collections ?? [] });
  }
  return found;
}

/** They may be relative to the discovery (4.1.1). */
function rootUrl(text: string, base: URL): URL {
  try {
    return new URL(text.endsWith("/") ? text : `${text}/`, base);
  } catch (error) {
    throw new TaxiiProtocolError("the discovery names an API root that is no address", { cause: error });
  }
}
