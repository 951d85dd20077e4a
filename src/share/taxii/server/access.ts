import { notFound, TaxiiProblem } from "./problem.ts";
import type { ApiRoot, Collection, Site, User } from "./site.ts";

/** What of the site a user gets to. Names come from the address and may be anything. All of it throws a `TaxiiProblem`. */
export interface Access {
  root(user: User, name: string): ApiRoot;
  collection(user: User, root: string, name: string): Collection;
  /** The id of a collection that the user may read. */
  readable(user: User, root: string, name: string): string;
}

export function accessTo(site: Site): Access {
  const access: Access = {
    root(user, name) {
      const root = site.apiRoot(name);
      if (root === null || !seesRoot(user, root)) throw notFound();
      return root;
    },
    collection(user, root, name) {
      const collection = site.collection(access.root(user, root), name);
      if (collection === null || !seesCollection(user, collection)) throw notFound();
      return collection;
    },
    readable(user, root, name) {
      const { id } = access.collection(user, root, name);
      if (!user.canRead(id)) throw new TaxiiProblem(403, "you may not read this collection");
      return id;
    },
  };
  return access;
}

export function seesCollection(user: User, { id }: Collection): boolean {
  return user.canRead(id) || user.canWrite(id);
}

export function seesRoot(user: User, { collections }: ApiRoot): boolean {
  return collections.some((collection) => seesCollection(user, collection));
}
