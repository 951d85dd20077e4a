import { describe, expect, it } from "vitest";
import { UserError } from "../../../kit/user-error.ts";
import { password } from "../server/site.case.ts";
import { apiRootSchema } from "../resources.ts";
import { connect, says, serve } from "./client.case.ts";
import type { Answer } from "./client.case.ts";
import { TaxiiProtocolError, TaxiiRefusedError } from "./connection.ts";

const root = { title: "A root", versions: ["application/taxii+json;version=2.1"], max_content_length: 1_000 };
const good = says(200, JSON.stringify(root));
const get = { method: "GET" } as const;

describe("a connection", () => {
  it("asks again where that may help, after longer and longer", async () => {
    const url = await serve(
      (request) => void request.socket.destroy(),
      says(500, "not even JSON"),
      says(429, "{}"),
      says(503, "{}"),
      good,
    );
    const { connection, waits } = connect();
    expect((await connection.ask(url, get, apiRootSchema)).resource).toEqual(root);
    expect(waits).toHaveLength(4);
    expect(waits.every((ms, attempt) => ms >= 0 && ms <= 500 * 2 ** attempt)).toBe(true);
    expect(new Set(waits).size).toBe(4);
  });

  it("waits as long as the server wishes, within bounds", async () => {
    const after = (wish: string): Answer => says(503, "{}", { "retry-after": wish });
    const url = await serve(
      after("7"),
      after("999999999"),
      after(new Date(Date.parse("2026-03-01T00:01:16Z")).toUTCString()),
      good,
    );
    const { connection, waits } = connect();
    await connection.ask(url, get, apiRootSchema);
    expect(waits).toEqual([7_000, 60_000, 9_000]);
  });

  it("gives up after six attempts, and says what the server said", async () => {
    const url = await serve(says(503, JSON.stringify({ title: "Busy", description: "\u001B[31mtoo much" })));
    const { connection, waits } = connect();
    const asked = connection.ask(url, get, apiRootSchema);
    await expect(asked).rejects.toThrow(UserError);
    await expect(asked).rejects.toThrow("503 (Busy: [31mtoo much)");
    expect(waits).toHaveLength(5);
  });

  it("does not ask again where it was refused", async () => {
    for (const [status, kind] of [
      [400, TaxiiRefusedError],
      [403, TaxiiRefusedError],
      [422, TaxiiRefusedError],
      [401, UserError],
    ] as const) {
      const { connection, waits } = connect();
      await expect(connection.ask(await serve(says(status, "{}")), get, apiRootSchema)).rejects.toThrow(kind);
      expect(waits).toEqual([]);
    }
  });

  it("TAXII 2.1, 8.5.1: asks nobody without encryption, but on this machine", async () => {
    const asked: string[] = [];
    const { connection, waits } = connect("member", password, (url) => {
      asked.push(url.href);
      return Promise.reject(new Error("there is no network in this test"));
    });
    const refused = connection.ask(new URL("http://share.example/taxii2/"), get, apiRootSchema);
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow("without encryption");
    expect([asked, waits]).toEqual([[], []]);
    const allowed = "https://share.example/taxii2/";
    await expect(connection.ask(new URL(allowed), get, apiRootSchema)).rejects.toThrow("can't be reached");
    expect(new Set(asked)).toEqual(new Set([allowed]));
  });

  it("follows no redirect, which would take the password along", async () => {
    const seen: unknown[] = [];
    const elsewhere = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end();
    });
    const url = await serve(says(307, "", { location: elsewhere.href }));
    await expect(connect().connection.ask(url, get, apiRootSchema)).rejects.toThrow(TaxiiRefusedError);
    expect(seen).toEqual([]);
  });

  it.each<[string, Answer]>([
    ["another media type", says(200, JSON.stringify(root), { "content-type": "text/html" })],
    ["no JSON", says(200, "{")],
    ["another resource", says(200, "{}")],
  ])("takes no %s for TAXII", async (_what, answer) => {
    await expect(connect().connection.ask(await serve(answer), get, apiRootSchema)).rejects.toThrow(TaxiiProtocolError);
  });

  it("reads a bounded answer", async () => {
    const piece = "x".repeat(2 ** 20);
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "application/taxii+json;version=2.1" });
      const write = (): void => {
        while (!response.destroyed && response.write(piece));
      };
      response.on("drain", write);
      write();
    });
    await expect(connect().connection.ask(url, get, apiRootSchema)).rejects.toThrow("longer than");
  });

  it("ends when it is told to", async () => {
    const { connection, abort } = connect();
    const url = await serve(() => abort.abort(new Error("stopped")));
    await expect(connection.ask(url, get, apiRootSchema)).rejects.toThrow("stopped");
  });

  it("never says the password", async () => {
    const url = await serve(says(401, "{}"));
    const error: unknown = await connect("member", password)
      .connection.ask(url, get, apiRootSchema)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(password);
  });
});
