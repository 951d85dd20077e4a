import { deskApi } from "../../api/desk/desk-api.ts";
import type { DeskApi, DeskApiOptions } from "../../api/desk/desk-api.ts";
import type { ServeConfig } from "./config.ts";

type Given = Pick<DeskApiOptions, "state" | "desk" | "appeals" | "keys" | "circle" | "clock" | "onFailure">;

/** The doors for people, staff and customers, as they are configured. Throws a `UserError` where the configuration won't do. */
export function openPeople(config: ServeConfig, given: Given): DeskApi {
  return deskApi({
    ...given,
    staff: config.staff.map(({ name, roles, ...token }) => ({ person: name, roles, sha256: token["token-sha256"] })),
    appealUrl: config.customers.appeal,
    trustedProxies: config["trusted-proxies"],
  });
}
