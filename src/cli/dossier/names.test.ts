import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UserError } from "../../kit/user-error.ts";
import { pseudonymSchema } from "../../model/dossier.ts";
import { createNames, openKey, readKey } from "./names.ts";

const key = Buffer.alloc(32, 7);

describe("names", () => {
  test("are the same for the same thing and key, and for nothing else", () => {
    const names = createNames(key);
    const name = names.of("account", "org-1");
    expect(pseudonymSchema.parse(name)).toMatch(/^A-/);
    expect(createNames(key).of("account", "org-1")).toBe(name);
    expect(createNames(Buffer.alloc(32, 8)).of("account", "org-1")).not.toBe(name);
    const all = Array.from({ length: 5_000 }, (_, n) => names.of("account", `org-${n}`));
    expect(new Set(all).size).toBe(all.length);
    // A person who is called as an account is does not give it away.
    expect(names.of("person", "org-1").slice(2)).not.toBe(name.slice(2));
    expect(names.seal("org-1")).not.toContain(Buffer.from(key).toString("hex"));
  });
});

describe("a key in a file", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "stillwatch-key-"));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test("is made where there is none, for its owner alone, and is the same the next time", async () => {
    const path = join(dir, "new", "key");
    expect(await readKey(path)).toBeNull();
    const made = await openKey(path);
    expect(made).toHaveLength(32);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(Buffer.from(await openKey(path)).equals(made)).toBe(true);
  });

  test("is refused where it is none, and stays as it was", async () => {
    const path = join(dir, "other");
    await writeFile(path, "a diary");
    await expect(openKey(path)).rejects.toThrow(UserError);
    expect(await readFile(path, "utf8")).toBe("a diary");
  });
});
