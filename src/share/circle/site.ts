import type { Flow } from "../../model/sharing.ts";
import { FLOWS } from "../../model/sharing.ts";
import type { SiteOptions } from "../taxii/server/site.ts";
import { API_ROOT, COLLECTION_IDS } from "./flows.ts";
import type { CircleMember, Members } from "./members.ts";

// Limits.
/** Of one request. */
const contentBytesMax = 4 * 2 ** 20;

const titles = {
  intelligence: "What members have learnt of campaigns",
  incidents: "Incidents that are reported to the circle",
  response: "What helps against them",
} as const satisfies Record<Flow, string>;

/** What we serve, and which member may do what with it. Ourselves we need no door for. */
export function siteOf(members: Members, self: CircleMember, publicUrl: string): SiteOptions {
  return {
    publicUrl,
    title: self.name,
    apiRoots: [
      {
        name: API_ROOT,
        title: "The circle",
        contentBytesMax,
        collections: FLOWS.map((flow) => ({ id: COLLECTION_IDS[flow], alias: flow, title: titles[flow] })),
      },
    ],
    users: members.list
      .filter(({ id }) => id !== self.id)
      .map(({ name, passwordSha256, collections }) => ({
        name,
        passwordSha256,
        rights: Object.fromEntries(
          FLOWS.flatMap((flow) => {
            const right = collections[flow];
            return right === undefined ? [] : [[COLLECTION_IDS[flow], right] as const];
          }),
        ),
      })),
  };
}

/** Of a flow at a member, as TAXII addresses it. */
export function collectionUrl(url: URL, flow: Flow): URL {
  return new URL(`${API_ROOT}/collections/${COLLECTION_IDS[flow]}/`, url);
}

export function apiRootUrl(url: URL): URL {
  return new URL(`${API_ROOT}/`, url);
}
