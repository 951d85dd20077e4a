import { STIX_MEDIA_TYPE, TAXII_MEDIA_TYPE } from "../media-type.ts";
import type { ApiRootResource, CollectionResource, Discovery } from "../resources.ts";
import { seesCollection, seesRoot } from "./access.ts";
import type { Access } from "./access.ts";
import { ok } from "./answer.ts";
import type { Asked, TaxiiAnswer } from "./answer.ts";
import type { ApiRoot, Collection, Site, User } from "./site.ts";

/** What there is, as far as the asker may know (TAXII 2.1, 4.1, 4.2, 5.1, 5.2). */
export interface InformationEndpoints {
  discovery(asked: Asked): TaxiiAnswer;
  apiRoot(asked: Asked, root: string): TaxiiAnswer;
  collections(asked: Asked, root: string): TaxiiAnswer;
  collection(asked: Asked, root: string, collection: string): TaxiiAnswer;
}

export function informationEndpoints(site: Site, access: Access): InformationEndpoints {
  return {
    discovery: ({ user }) => ok(discoveryOf(site, user)),
    apiRoot: ({ user }, root) => ok(apiRootResource(access.root(user, root))),
    collections({ user }, root) {
      const visible = access.root(user, root).collections.filter((collection) => seesCollection(user, collection));
      return ok({ collections: visible.map((collection) => collectionResource(user, collection)) });
    },
    collection: ({ user }, root, name) => ok(collectionResource(user, access.collection(user, root, name))),
  };
}

function discoveryOf({ options }: Site, user: User): Discovery {
  const { title, description, contact, publicUrl, apiRoots } = options;
  const roots = apiRoots.filter((root) => seesRoot(user, root)).map(({ name }) => `${publicUrl}${name}/`);
  const [first] = roots;
  return {
    title,
    ...(description === undefined ? {} : { description }),
    ...(contact === undefined ? {} : { contact }),
    ...(first === undefined ? {} : { default: first, api_roots: roots }),
  };
}

function apiRootResource({ title, description, contentBytesMax }: ApiRoot): ApiRootResource {
  return {
    title,
    ...(description === undefined ? {} : { description }),
    versions: [TAXII_MEDIA_TYPE],
    max_content_length: contentBytesMax,
  };
}

function collectionResource(user: User, { id, title, description, alias }: Collection): CollectionResource {
  return {
    id,
    title,
    ...(description === undefined ? {} : { description }),
    ...(alias === undefined ? {} : { alias }),
    can_read: user.canRead(id),
    can_write: user.canWrite(id),
    media_types: [STIX_MEDIA_TYPE],
  };
}
