import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..");
/** A build, if one is needed, takes its time on a busy machine. */
const timeoutMs = 300_000;

/** An application of somebody else's, that has the package installed. */
const application = `import { createMiddleware } from "stillwatch/middleware";
import type { Middleware } from "stillwatch/middleware";
import { expressMiddleware } from "stillwatch/middleware/express";
import { fastifyHook } from "stillwatch/middleware/fastify";
import { honoMiddleware } from "stillwatch/middleware/hono";
import { withheldFrom } from "stillwatch/middleware/withheld";

const links = { appeal: "https://example.com/{reference}", verify: "https://example.com/{reference}" };
const middleware: Middleware = await createMiddleware({
  url: "http://127.0.0.1:1",
  callerKey: "a caller's key",
  keySecret: "a secret of this test, and of nothing else",
  links,
});
const { guard } = middleware;
const handlers = [expressMiddleware(guard), fastifyHook(guard), honoMiddleware(guard, () => undefined)];
const asked = { header: () => undefined, path: "/", address: "192.0.2.1" };
const guarded = await guard(asked, new AbortController().signal);
const parts: readonly ("reasoning" | "logprobs" | "samples")[] = withheldFrom({});
console.log(JSON.stringify({ handlers: handlers.map((one) => typeof one), guarded, parts, health: middleware.health() }));
`;

let folder = "";

beforeAll(async () => {
  await run(process.execPath, [join(root, "scripts", "bootstrap.mjs")], { cwd: root });
  folder = await mkdtemp(join(tmpdir(), "stillwatch-package-"));
  await mkdir(join(folder, "node_modules"));
  await symlink(root, join(folder, "node_modules", "stillwatch"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "application", type: "module" }));
  await writeFile(join(folder, "application.ts"), application);
}, timeoutMs);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("the package", () => {
  it(
    "gives applications the middleware, with types that hold, and does what it says",
    async () => {
      const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
      const options = ["--module", "nodenext", "--target", "es2023", "--strict", "--types", "", "--skipLibCheck"];
      const compiled = await run(process.execPath, [compiler, ...options, "application.ts"], { cwd: folder }).catch(
        (error: unknown) => z.object({ stdout: z.string() }).parse(error),
      );
      expect(compiled.stdout).toBe("");
      const { stdout } = await run(process.execPath, ["application.js"], { cwd: folder });
      expect(JSON.parse(stdout)).toEqual({
        handlers: ["function", "function", "function"],
        guarded: { kind: "go-on", withhold: [] },
        parts: [],
        health: { filled: false, sequence: 0, ageMs: null, failures: 0, refused: 0 },
      });
    },
    timeoutMs,
  );

  it(
    "refuses what its types refuse, and shows nothing of its inside",
    async () => {
      await writeFile(join(folder, "wrong.ts"), application.replace("keySecret:", "secret:"));
      const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
      const options = ["--noEmit", "--module", "nodenext", "--target", "es2023", "--strict", "--skipLibCheck"];
      await expect(run(process.execPath, [compiler, ...options, "wrong.ts"], { cwd: folder })).rejects.toMatchObject({
        stdout: expect.stringContaining("MiddlewareOptions"),
      });
      await writeFile(join(folder, "inside.js"), `import "stillwatch/dist/cli/main.js";`);
      await expect(run(process.execPath, ["inside.js"], { cwd: folder })).rejects.toMatchObject({
        stderr: expect.stringContaining("ERR_PACKAGE_PATH_NOT_EXPORTED"),
      });
    },
    timeoutMs,
  );
});
