import { execFile, spawnSync } from "node:child_process";
import { cp, lstat, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const run = promisify(execFile);

/** Stands for what makes a cluster of PostgreSQL. */
const CLUSTER = `import { writeFileSync } from "node:fs"; writeFileSync(process.argv[2], "cluster");`;

/** Stands for the compiler: fails where a source says so, otherwise writes the files that the build needs and must leave. */
const COMPILER = `
const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const out = process.argv[process.argv.indexOf("--outDir") + 1];
const source = readFileSync("src/main.ts", "utf8");
if (source.includes("broken")) { console.log("src/main.ts(1,1): error"); process.exit(2); }
mkdirSync(out + "/cli", { recursive: true });
writeFileSync(out + "/cli/main.js", source);
mkdirSync(out + "/store/state/database", { recursive: true });
writeFileSync(out + "/store/state/database/prepare-cluster.mjs", ${JSON.stringify(CLUSTER)});
`;

const PACKAGE = {
  name: "stillwatch",
  version: "0.0.0",
  engines: { node: ">=20.19" },
  devDependencies: { typescript: "file:compiler" },
};
const LOCK = {
  name: "stillwatch",
  version: "0.0.0",
  lockfileVersion: 3,
  requires: true,
  packages: {
    "": PACKAGE,
    compiler: { name: "typescript", version: "0.0.0", dev: true },
    "node_modules/typescript": { resolved: "compiler", link: true },
  },
};

let root: string;
const at = (...parts: readonly string[]): string => join(root, ...parts);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "stillwatch-set-up-"));
  for (const folder of ["scripts", "bin"]) await cp(folder, at(folder), { recursive: true });
  await mkdir(at("compiler", "bin"), { recursive: true });
  await mkdir(at("src"));
  await writeFile(at("compiler", "package.json"), JSON.stringify({ name: "typescript", version: "0.0.0" }));
  await writeFile(at("compiler", "bin", "tsc"), COMPILER);
  await writeFile(at("package.json"), JSON.stringify(PACKAGE));
  await writeFile(at("package-lock.json"), JSON.stringify(LOCK));
  for (const name of ["tsconfig.json", "tsconfig.build.json"]) await writeFile(at(name), "{}");
  await writeFile(at("src", "main.ts"), "first");
});

afterEach(() => rm(root, { recursive: true, force: true }));

/** What the bootstrap says. Rejects where it fails. */
async function bootstrap(): Promise<string> {
  return (await run(process.execPath, [at("scripts", "bootstrap.mjs")])).stderr;
}

const built = (): Promise<string> => readFile(at("dist", "cli", "main.js"), "utf8");

describe("the bootstrap", () => {
  it("installs, builds and links the command on a fresh clone, and then has nothing to do", async () => {
    expect(await bootstrap()).toMatch(/✓ packages installed .* s\n.*✓ dist\/ built .* s\n/);
    expect(await built()).toBe("first");
    expect((await lstat(at("node_modules", ".bin", "stillwatch"))).isSymbolicLink()).toBe(true);
    expect(await bootstrap()).toBe("");
  });

  it("does the work once where two run at the same time", async () => {
    const said = await Promise.all([bootstrap(), bootstrap()]);
    expect(said.join("").match(/✓ packages installed/g)).toHaveLength(1);
    expect(said.join("").match(/✓ dist\/ built/g)).toHaveLength(1);
  });

  it("builds anew after a change to a source, without an install", async () => {
    await bootstrap();
    await writeFile(at("src", "main.ts"), "second");
    await writeFile(at("src", "main.test.ts"), "a test");
    const said = await bootstrap();
    expect(said).toContain("dist/ built");
    expect(said).not.toContain("packages");
    expect(await built()).toBe("second");
    await writeFile(at("src", "main.test.ts"), "a test that changed");
    expect(await bootstrap()).toBe("");
  });

  it("installs anew where the lock file asks for something else, or the platform is another", async () => {
    await bootstrap();
    await writeFile(at("package-lock.json"), JSON.stringify(LOCK, null, 1));
    expect(await bootstrap()).not.toContain("packages installed");
    const compiler = { ...LOCK.packages.compiler, version: "0.0.1" };
    await writeFile(at("compiler", "package.json"), JSON.stringify({ name: "typescript", version: "0.0.1" }));
    await writeFile(at("package-lock.json"), JSON.stringify({ ...LOCK, packages: { ...LOCK.packages, compiler } }));
    expect(await bootstrap()).toContain("packages installed");
    await writeFile(at("node_modules", ".stillwatch", "install.json"), JSON.stringify({ platform: "elsewhere" }));
    expect(await bootstrap()).toContain("packages installed");
  });

  it("keeps the last good build where the sources do not compile", async () => {
    await bootstrap();
    await writeFile(at("src", "main.ts"), "broken");
    await expect(bootstrap()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("do not compile") });
    expect(await built()).toBe("first");
  });

  it("says what to do where the install fails", async () => {
    await writeFile(at("package-lock.json"), JSON.stringify({ ...LOCK, packages: {} }));
    await expect(bootstrap()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("What to try") });
  });

  it("takes over the lock of a process that is gone", async () => {
    const gone = spawnSync(process.execPath, ["--version"]).pid;
    await writeFile(at(".bootstrap.lock"), String(gone));
    expect(await bootstrap()).toContain("dist/ built");
    await expect(lstat(at(".bootstrap.lock"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});
