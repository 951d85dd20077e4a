import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryFile, outcomeOf } from "../contract.case.ts";
import { maskKey } from "../secret.ts";
import { readAccountByKey, withAccountOfKey } from "./key-account.ts";
import { accountFactsReader } from "./reader.ts";

const header = "account,organization,verified";

async function reasonsOf(csv: string): Promise<readonly string[]> {
  const { items } = await outcomeOf(accountFactsReader, [memoryFile("accounts.csv", csv)]);
  return items.map((item) => (item.kind === "reject" ? `${item.line}: ${item.reason}` : `${item.line}: ${item.kind}`));
}

describe("account facts as CSV", () => {
  it("rejects a bad line among good ones by its number", async () => {
    const lines = [header, "a,Acme,true", 'b,"Zeta,true', "c,one,two,three", "d,Delta,false"];
    expect(await reasonsOf(lines.join("\r\n"))).toEqual([
      "2: facts",
      "3: not valid CSV: a quote is misplaced or not closed",
      "4: 4 fields, where the header has 3",
      "5: facts",
    ]);
  });

  it("rejects a header that names nothing to join by", async () => {
    expect(await reasonsOf("name,city\nx,y\n")).toEqual([
      "1: not a header of account facts: it needs account or key, and a column such as created",
      "2: no account: looked for account, key",
    ]);
  });

  it("reads back any organisation, quotes and commas and all, over many blocks", async () => {
    const names = fc
      .string({ unit: "grapheme", minLength: 1 })
      .filter((name) => name.trim() !== "" && !/[\r\n]/.test(name));
    await fc.assert(
      fc.asyncProperty(
        fc.array(names, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 300 }),
        async (list, copies) => {
          const organizations = Array.from({ length: copies }, () => list).flat();
          const rows = organizations.map((name, at) => `acct_${at},"${name.replaceAll('"', '""')}",true`);
          const file = memoryFile("accounts.csv", [header, ...rows].join("\n"));
          const { items } = await outcomeOf(accountFactsReader, [file]);
          expect(items.map((item) => (item.kind === "facts" ? item.facts.organization : item))).toEqual(organizations);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("accounts by key", () => {
  const exchange = { time: "2026-01-05T12:00:00.000Z", id: "1", account: "key_88", key: "key_88", model: "m" };
  const file = memoryFile(
    "accounts.csv",
    "account,key,plan\nacct_1,key_88,free\n,key_99,free\nacct_2,sk-live-12345678,paid\n",
  );

  it("moves an exchange to the account of its key, and leaves others where they are", async () => {
    const accounts = await readAccountByKey([file]);
    expect(accounts.size).toBe(2);
    expect(withAccountOfKey(exchange, accounts).account).toBe("acct_1");
    expect(withAccountOfKey({ ...exchange, key: "key_99" }, accounts).account).toBe("key_88");
    const { key: _key, ...keyless } = exchange;
    expect(withAccountOfKey(keyless, accounts)).toBe(keyless);
  });

  it("meets masked keys with masked keys", async () => {
    const accounts = await readAccountByKey([file]);
    expect(accounts.get(maskKey("sk-live-12345678"))).toBe("acct_2");
    expect([...accounts.keys()].join()).not.toContain("sk-live");
  });
});
