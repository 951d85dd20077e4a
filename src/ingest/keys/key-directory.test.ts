import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { memoryFile } from "../contract.case.ts";
import { readKeyDirectory, withKeyNamed } from "./key-directory.ts";
import type { KeyDirectory } from "./key-directory.ts";
import { testNames } from "./keys.case.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const read = (text: string): Promise<KeyDirectory> => readKeyDirectory(memoryFile("keys.csv", text), testNames);
const header = "key,id,account,organization";

it("knows whose a key is, and its name by the id and the hash that logs tell", async () => {
  const keys = await read(
    `${header}\nsk-one,key_17,acct_1,org_1\n${sha256("sk-two")},key_18,acct_2,\nplainkey,,acct_3,\n`,
  );
  const one = testNames.ofSecret("sk-one");
  for (const told of ["key_17", "sk-one", sha256("sk-one")]) expect(keys.ofLogged(told)).toBe(one);
  expect(keys.ownerOf(one)).toEqual({ account: "acct_1", organization: "org_1" });
  expect(keys.ownerOf(keys.ofSecret("sk-two"))?.account).toBe("acct_2");
  expect(keys.ofLogged("key_18")).toBe(testNames.ofSecret("sk-two"));
  // A key that does not look like one is told by the file, and an id that stands nowhere stays.
  expect(keys.ofLogged("plainkey")).toBe(testNames.ofSecret("plainkey"));
  expect(keys.ofLogged("key_19")).toBe("key_19");
  expect(keys.ownerOf("key_19")).toBeUndefined();
});

it("needs no more than keys and accounts", async () => {
  expect((await read("key,account\nsk-one,acct_1\n")).ownerOf(testNames.ofSecret("sk-one"))).toEqual({
    account: "acct_1",
  });
  await expect(read("key,owner\nsk-one,acct_1\n")).rejects.toThrow("keys.csv:1: no key with its account");
});

it("puts an exchange under the account of its key", async () => {
  const keys = await read(`${header}\nsk-one,key_17,acct_1,\n`);
  expect(withKeyNamed({ account: "somebody", key: "key_17" }, keys)).toEqual({
    account: "acct_1",
    key: testNames.ofSecret("sk-one"),
  });
  const other = { account: "somebody", key: "key_99" };
  expect(withKeyNamed(other, keys)).toBe(other);
  const keyless = { account: "somebody" };
  expect(withKeyNamed(keyless, keys)).toBe(keyless);
});

it("names the line that won't do, and not what stands there", async () => {
  const reading = read(`${header}\nsk-one,key_17,acct_1,\nsk-hidden,,,\n`);
  await expect(reading).rejects.toThrow("keys.csv:3: no key with its account");
  await expect(reading).rejects.not.toThrow("sk-hidden");
});
