import { policyVersionSchema, switchSchema } from "../../model/policy.ts";
import type { PolicyVersion, Switch, SwitchName } from "../../model/policy.ts";
import { sql, text } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { flag, time } from "./database/values.ts";

export interface Policies {
  /** Keeps a version and makes it the active one of its name; the one before it stays known. */
  activate(policy: Omit<PolicyVersion, "active">): Promise<void>;
  /** No version of this name is active any more. */
  deactivate(name: string): Promise<void>;
  active(): Promise<PolicyVersion[]>;
  find(version: string): Promise<PolicyVersion | null>;
  /** Null: nobody has ever moved it. */
  switch(name: SwitchName): Promise<Switch | null>;
  setSwitch(next: Switch): Promise<void>;
}

const columns = sql`version, name, text, loaded, active`;

export function policies(connection: Connection): Policies {
  const deactivate = async (on: Connection, name: string): Promise<void> => {
    await on.run(sql`UPDATE policy_version SET active = FALSE WHERE name = ${text(name)} AND active`);
  };
  return {
    activate: (policy) =>
      connection.transaction(async (transaction) => {
        await deactivate(transaction, policy.name);
        await transaction.run(sql`
          INSERT INTO policy_version (${columns})
          VALUES (${text(policy.version)}, ${text(policy.name)}, ${text(policy.text)}, ${time(policy.loaded)}, TRUE)
          ON CONFLICT (version) DO UPDATE SET active = TRUE`);
      }),
    deactivate: (name) => deactivate(connection, name),
    active: () =>
      connection.rows(sql`SELECT ${columns} FROM policy_version WHERE active ORDER BY name`, policyVersionSchema),
    async find(version) {
      const [found] = await connection.rows(
        sql`SELECT ${columns} FROM policy_version WHERE version = ${text(version)}`,
        policyVersionSchema,
      );
      return found ?? null;
    },
    async switch(name) {
      const [found] = await connection.rows(
        sql`SELECT name, is_on AS "on", actor, reason, at FROM switch WHERE name = ${text(name)}`,
        switchSchema,
      );
      return found ?? null;
    },
    async setSwitch(next) {
      await connection.run(sql`
        INSERT INTO switch (name, is_on, actor, reason, at)
        VALUES (${text(next.name)}, ${flag(next.on)}, ${text(next.actor)}, ${text(next.reason)}, ${time(next.at)})
        ON CONFLICT (name) DO UPDATE SET
          is_on = EXCLUDED.is_on, actor = EXCLUDED.actor, reason = EXCLUDED.reason, at = EXCLUDED.at`);
    },
  };
}
