import { allowanceSchema, exemptionSchema } from "../../model/exemption.ts";
import type { Allowance, Exemption } from "../../model/exemption.ts";
import { integer, sql, text } from "../sql.ts";
import type { Sql } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { optional, time, timeMs } from "./database/values.ts";
import { byId, readPage } from "./page.ts";
import type { Page, PageRequest } from "./page.ts";

/** Who is left alone: declared uses that were granted, and the allow-list. Both by people, and few. */
export interface Exemptions {
  grant(exemption: Exemption): Promise<void>;
  /** False: there is none in force with this id. */
  revoke(id: string, nowMs: number): Promise<boolean>;
  find(id: string): Promise<Exemption | null>;
  /** Started, neither expired nor revoked. */
  inForce(nowMs: number, page?: PageRequest): Promise<Page<Exemption>>;
}

export interface Allowances {
  grant(allowance: Allowance): Promise<void>;
  /** False: there is none in force with this id. */
  revoke(id: string, nowMs: number): Promise<boolean>;
  find(id: string): Promise<Allowance | null>;
  inForce(nowMs: number, page?: PageRequest): Promise<Page<Allowance>>;
}

const exemptionColumns = sql`
  id, json_build_object('kind', holder_kind, 'value', holder_value) AS holder, use, campaign, requests_per_day, granted_by,
  reason, starts, expires, revoked`;

const allowanceColumns = sql`
  id, json_build_object('kind', scope_kind, 'value', scope_value) AS scope, granted_by, reason, starts, expires, revoked`;

const isInForce = (nowMs: number): Sql => sql`
  revoked IS NULL AND starts <= ${timeMs(nowMs)} AND (expires IS NULL OR expires > ${timeMs(nowMs)})`;

export function exemptions(connection: Connection): Exemptions {
  return {
    async grant({ holder, ...exemption }) {
      await connection.run(sql`
        INSERT INTO exemption (
          id, holder_kind, holder_value, use, campaign, requests_per_day, granted_by, reason, starts, expires, revoked)
        VALUES (
          ${text(exemption.id)}, ${text(holder.kind)}, ${text(holder.value)}, ${text(exemption.use)},
          ${optional(exemption.campaign, text)}, ${optional(exemption.requests_per_day, integer)},
          ${text(exemption.granted_by)}, ${text(exemption.reason)}, ${time(exemption.starts)}, ${time(exemption.expires)},
          ${optional(exemption.revoked, time)})`);
    },
    revoke: async (id, nowMs) =>
      (await connection.run(sql`
        UPDATE exemption SET revoked = ${timeMs(nowMs)} WHERE id = ${text(id)} AND ${isInForce(nowMs)}`)) > 0,
    async find(id) {
      const [found] = await connection.rows(
        sql`SELECT ${exemptionColumns} FROM exemption WHERE id = ${text(id)}`,
        exemptionSchema,
      );
      return found ?? null;
    },
    inForce: (nowMs, page = {}) => {
      const select = sql`SELECT ${exemptionColumns} FROM exemption WHERE ${isInForce(nowMs)}`;
      return readPage(connection, { select, order: byId("id"), row: exemptionSchema }, page);
    },
  };
}

export function allowances(connection: Connection): Allowances {
  return {
    async grant({ scope, ...allowance }) {
      await connection.run(sql`
        INSERT INTO allowance (id, scope_kind, scope_value, granted_by, reason, starts, expires, revoked)
        VALUES (
          ${text(allowance.id)}, ${text(scope.kind)}, ${text(scope.value)}, ${text(allowance.granted_by)},
          ${text(allowance.reason)}, ${time(allowance.starts)}, ${optional(allowance.expires, time)},
          ${optional(allowance.revoked, time)})`);
    },
    revoke: async (id, nowMs) =>
      (await connection.run(sql`
        UPDATE allowance SET revoked = ${timeMs(nowMs)} WHERE id = ${text(id)} AND ${isInForce(nowMs)}`)) > 0,
    async find(id) {
      const [found] = await connection.rows(
        sql`SELECT ${allowanceColumns} FROM allowance WHERE id = ${text(id)}`,
        allowanceSchema,
      );
      return found ?? null;
    },
    inForce: (nowMs, page = {}) => {
      const select = sql`SELECT ${allowanceColumns} FROM allowance WHERE ${isInForce(nowMs)}`;
      return readPage(connection, { select, order: byId("id"), row: allowanceSchema }, page);
    },
  };
}
