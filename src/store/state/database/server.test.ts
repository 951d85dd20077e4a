import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { UserError } from "../../../kit/user-error.ts";
import { integer, sql, text } from "../../sql.ts";
import { serverMissing, startCluster, withPassword } from "./cluster.case.ts";
import type { Cluster } from "./cluster.case.ts";
import { openDatabase } from "./database.ts";
import type { Database } from "./database.ts";
import { DatabaseUnavailableError } from "./driver.ts";
import type { Migration } from "./migrate.ts";

const migrations: readonly Migration[] = [
  { number: 1, title: "a table", statements: [sql`CREATE TABLE tally (n bigint NOT NULL)`] },
  { number: 2, title: "a row", statements: [sql`INSERT INTO tally VALUES (0)`] },
];
const count = sql`SELECT count(*) AS n FROM tally`;
const numberRow = z.object({ n: z.int() });

let opened: Database[] = [];
const open = async (url: string, steps = migrations): Promise<Database> => {
  const database = await openDatabase({ url }, steps);
  opened.push(database);
  return database;
};
afterEach(async () => {
  for (const database of opened) await database.close();
  opened = [];
});

describe("without a server", () => {
  test("says which server does not answer, and not the password", async () => {
    const opening = open("postgresql://someone:hunter2@127.0.0.1:9/state");
    await expect(opening).rejects.toThrow(UserError);
    await expect(opening).rejects.toThrow("127.0.0.1:9/state does not answer");
    const error: unknown = await opening.catch((thrown: unknown) => thrown);
    expect(JSON.stringify(everything(error))).not.toContain("hunter2");
  });

  test.each(["", "somewhere", "http://someone:hunter2@host/db", "postgresql://someone:hun%zzter2@[bad/db"])(
    "says that %j is no URL of a server, and repeats no part of it",
    async (url) => {
      const error: unknown = await open(url).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UserError);
      expect(JSON.stringify(everything(error))).not.toContain("ter2");
    },
  );

  test("is not asked for both a directory and a server", async () => {
    await expect(openDatabase({ path: "a", url: "postgresql:///b" }, [])).rejects.toThrow(UserError);
  });
});

describe.skipIf(serverMissing !== undefined)(
  `with a server${serverMissing === undefined ? "" : ` (skipped: ${serverMissing})`}`,
  () => {
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await startCluster();
      await cluster.run(sql`CREATE ROLE keyholder LOGIN PASSWORD 'hunter2'`);
    });
    afterAll(() => cluster?.stop());

    test("applies each migration once, also when several start at once", async () => {
      const url = await cluster.createDatabase();
      const databases = await Promise.all([open(url), open(url), open(url)]);
      for (const database of databases) expect(await database.rows(count, numberRow)).toEqual([{ n: 1 }]);
    });

    test("applies only what is missing, or nothing of it where a step fails", async () => {
      const url = await cluster.createDatabase();
      await open(url, migrations.slice(0, 1));
      const bad = { number: 3, title: "bad", statements: [sql`CREATE TABLE extra ()`, sql`SELECT 1 / 0`] };
      await expect(open(url, [...migrations, bad])).rejects.toThrow("division by zero");
      const database = await open(url, migrations.slice(0, 1));
      expect(await database.rows(count, numberRow)).toEqual([{ n: 0 }]);
      expect(await (await open(url)).rows(count, numberRow)).toEqual([{ n: 1 }]);
    });

    test("does not touch the tables of a newer version", async () => {
      const url = await cluster.createDatabase();
      await open(url);
      await expect(open(url, migrations.slice(0, 1))).rejects.toThrow(/newer version.*at 2.*knows 1/);
    });

    test("asks for the right to make tables where it is missing, and does without it later", async () => {
      const url = await cluster.createDatabase();
      const name = new URL(url).pathname.slice(1);
      await cluster.run(sql`CREATE ROLE guest LOGIN`);
      await expect(open(cluster.urlOf(name, "guest"))).rejects.toThrow("may not make the tables");
      await open(url);
      await cluster.run(sql`GRANT ALL ON SCHEMA stillwatch TO guest`, name);
      await cluster.run(sql`GRANT ALL ON ALL TABLES IN SCHEMA stillwatch TO guest`, name);
      expect(await (await open(cluster.urlOf(name, "guest"))).rows(count, numberRow)).toEqual([{ n: 1 }]);
    });

    test.each([
      ["a wrong password", "postgres", withPassword, "hunter3", /does not take the password/],
      ["a database that is not there", "nowhere", "owner", "hunter3", /nowhere does not exist/],
      ["a user that is not there", "postgres", "nobody", "hunter3", /does not let this user in/],
    ])("tells of %s", async (_what, database, user, password, message) => {
      const error: unknown = await open(cluster.urlOf(database, user, password)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UserError);
      expect(error).toHaveProperty("message", expect.stringMatching(message));
      expect(JSON.stringify(everything(error))).not.toContain("hunter3");
    });

    test("goes on after its connections were cut, and says so meanwhile", async () => {
      const url = await cluster.createDatabase();
      const database = await open(url);
      const cut = database.transaction(async (connection) => {
        await connection.run(sql`INSERT INTO tally VALUES (7)`);
        await cluster.run(sql`
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'stillwatch'`);
        await connection.run(sql`INSERT INTO tally VALUES (8)`);
      });
      await expect(cut).rejects.toThrow(DatabaseUnavailableError);
      expect(await database.rows(count, numberRow)).toEqual([{ n: 1 }]);
    });

    test("tries again where two transactions stand in each other's way", async () => {
      const database = await open(await cluster.createDatabase());
      await database.run(sql`INSERT INTO tally VALUES (1)`);
      let attempts = 0;
      // Both hold one row before they ask for the other's.
      let arrived = 0;
      let meet = (): void => {};
      const met = new Promise<void>((resolve) => {
        meet = resolve;
      });
      const both = async (first: number, second: number): Promise<void> => {
        let order = [first, second] as const;
        await database.transaction(async (connection) => {
          attempts++;
          const [one, other] = order;
          // The server may end either or both of them; whoever comes again is in nobody's way.
          order = [0, 1];
          await connection.run(sql`UPDATE tally SET n = n WHERE n = ${integer(one)}`);
          if (++arrived === 2) meet();
          await met;
          await connection.run(sql`UPDATE tally SET n = n WHERE n = ${integer(other)}`);
        });
      };
      await Promise.all([both(0, 1), both(1, 0)]);
      expect(attempts).toBeGreaterThan(2);
    });

    test("does not commit where a failed statement was passed over", async () => {
      const database = await open(await cluster.createDatabase());
      const failing = database.transaction(async (connection) => {
        await connection.run(sql`INSERT INTO tally VALUES (7)`);
        await connection.run(sql`SELECT 1 / 0`).catch(() => {});
      });
      await expect(failing).rejects.toThrow("rolled back");
      expect(await database.rows(count, numberRow)).toEqual([{ n: 1 }]);
    });

    test("reads as of one moment in a snapshot", async () => {
      const database = await open(await cluster.createDatabase());
      const counted = await database.snapshot(async (connection) => {
        const before = await connection.rows(count, numberRow);
        await database.run(sql`INSERT INTO tally VALUES (7)`);
        return [before, await connection.rows(count, numberRow)];
      });
      expect(counted).toEqual([[{ n: 1 }], [{ n: 1 }]]);
      expect(await database.rows(count, numberRow)).toEqual([{ n: 2 }]);
      const writing = database.snapshot((connection) => connection.run(sql`INSERT INTO tally VALUES (8)`));
      await expect(writing).rejects.toThrow("read-only");
    });

    test("gives no more connections than it may, and serves who waits", async () => {
      const database = await open(await cluster.createDatabase());
      const answers = await Promise.all(
        Array.from({ length: 40 }, () =>
          database.rows(
            sql`SELECT count(*) AS n, pg_sleep(0.01)::text FROM pg_stat_activity WHERE application_name = ${text("stillwatch")}`,
            numberRow,
          ),
        ),
      );
      expect(Math.max(...answers.flat().map(({ n }) => n))).toBeLessThanOrEqual(8);
    });
  },
);

/** An error with all that hangs on it, for a look at whether a secret is among it. */
function everything(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const properties = Object.fromEntries(Object.entries(error).map(([name, value]) => [name, everything(value)]));
  return { ...properties, message: error.message, stack: error.stack, cause: everything(error.cause) };
}
