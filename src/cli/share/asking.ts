import type { Command } from "commander";
import { z } from "zod";
import { printable } from "../terminal/printable.ts";
import { createTerminal } from "../terminal/terminal.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { readToken, remoteDesk } from "./desk.ts";
import type { RemoteDesk } from "./desk.ts";

/** What every command that asks the running server is given. */
export interface Asking {
  readonly server: string;
  readonly tokenFile?: string;
}

export function withAsking(command: Command): Command {
  return command
    .option("--server <url>", "the server's `listen` address", "http://127.0.0.1:8686")
    .option("--token-file <file>", "your staff token; STILLWATCH_TOKEN, where it is not given");
}

export function desk({ server, tokenFile }: Asking): RemoteDesk {
  return remoteDesk(server, readToken(tokenFile, process.env));
}

export function terminal(): Terminal {
  const { stdout, stderr, env } = process;
  return createTerminal({ stdout, stderr, env });
}

const pageOf = <Row extends z.ZodType>(row: Row) => z.object({ rows: z.array(row), next: z.string().nullable() });

export async function allRows<Row extends z.ZodType>(
  remote: RemoteDesk,
  path: string,
  row: Row,
): Promise<z.output<Row>[]> {
  const rows: z.output<Row>[] = [];
  let next: string | null = "";
  while (next !== null) {
    const page: { rows: z.output<Row>[]; next: string | null } = await remote.get(
      next === "" ? path : `${path}&after=${encodeURIComponent(next)}`,
      pageOf(row),
    );
    rows.push(...page.rows);
    next = page.next;
  }
  return rows;
}

/** Of an item of the outbox. */
export const itemPath = (id: string, rest: string): string => `/v1/desk/circle/outbox/${encodeURIComponent(id)}${rest}`;

/** With tabs and uncut: ids are copied from here, and scripts read it. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  terminal().print([head, ...rows].map((row) => row.map(printable).join("\t")).join("\n"));
}
