import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

/** A server in a process of its own. */
export interface ChildServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** A script of this folder as a server (`child.ts`). */
export interface ScriptServer extends ChildServer {
  /** CPU time that its process took so far: a busy machine distorts times by the clock, and this less. */
  cpuMs(): Promise<number>;
}

/** Runs a compiled script of this folder. */
export async function startScript(name: string, args: readonly string[]): Promise<ScriptServer> {
  const script = fileURLToPath(new URL(`${name}.js`, import.meta.url));
  const child = spawn(process.execPath, [script, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdout.setEncoding("utf8");
  const first: readonly unknown[] = await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  const text = first[0];
  if (typeof text !== "string") throw new Error(`${name} ended before it listened`);
  return {
    port: Number(text),
    async cpuMs() {
      child.stdin.write("cpu\n");
      const answer: readonly unknown[] = await once(child.stdout, "data");
      return Number(answer[0]);
    },
    async stop() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

/** A port that was free a moment ago, for servers that don't choose one by themselves. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}
