import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./child-server.ts";
import type { ChildServer } from "./child-server.ts";

/** The rival, as npm has it. */
const rival = "@portkey-ai/gateway@1.15.2";
/** With the newest adapters that its range allows it answers 500 to every stream. */
const overrides = { "@hono/node-server": "1.14.0" };

/** Portkey's gateway, in a process of its own. It is fetched once, into the temporary folder: 80 packages that nothing else needs. */
export async function startPortkey(): Promise<ChildServer> {
  const folder = await installed();
  const script = join(folder, "node_modules", "@portkey-ai", "gateway", "build", "start-server.js");
  const port = await freePort();
  const child = spawn(process.execPath, [script, `--port=${port}`, "--headless"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  child.stdout.setEncoding("utf8");
  for await (const text of child.stdout) if (String(text).includes("Ready for connections")) break;
  if (child.exitCode !== null) throw new Error("Portkey's gateway ended before it listened");
  return {
    port,
    async stop() {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}

/** The folder that it is installed in; made where it is missing, and only then named, so that half of one is never taken for it. */
async function installed(): Promise<string> {
  const folder = join(tmpdir(), `stillwatch-bench-${rival.replaceAll(/\W+/g, "-")}`);
  if (existsSync(folder)) return folder;
  process.stderr.write(`Fetching ${rival} into ${folder}\n`);
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished);
  await writeFile(join(unfinished, "package.json"), JSON.stringify({ private: true, overrides }));
  const options = ["--ignore-scripts", "--no-audit", "--no-fund"];
  await promisify(execFile)("npm", ["install", ...options, rival], { cwd: unfinished });
  await rename(unfinished, folder);
  return folder;
}

/** What makes Portkey's gateway forward to an upstream of one's own. */
export const portkeyHeaders = (upstream: string): Record<string, string> => ({
  "x-portkey-provider": "openai",
  "x-portkey-custom-host": `${upstream}/v1`,
});
