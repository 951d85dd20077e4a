import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../kit/user-error.ts";
import { openState } from "../store/state/state.ts";
import type { State } from "../store/state/state.ts";

export interface GivenState {
  /** The server's data folder. */
  readonly data: string | undefined;
  /** Without a folder: the server that `DATABASE_URL` names. */
  readonly url: string | undefined;
}

/** Opens the state of a server that is there already. Throws a `UserError` where nothing says where, or nothing is there. */
export function openGivenState({ data, url }: GivenState): Promise<State> {
  return openState(data === undefined ? { url: urlOf(url) } : { path: folderOf(data) });
}

function urlOf(url: string | undefined): string {
  if (url === undefined) throw new UserError("nothing says where the state is", "give --data, or set DATABASE_URL");
  return url;
}

/** Opening makes what is not there, and in a new state there is nothing to look at. */
function folderOf(data: string): string {
  const folder = join(data, "state");
  if (existsSync(folder)) return folder;
  throw new UserError(
    `there is no state in ${data}`,
    "give the folder that stands as `data` in the server's configuration",
  );
}
