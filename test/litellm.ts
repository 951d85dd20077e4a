import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { pythonPeer } from "./peers.ts";

export const litellm = pythonPeer("litellm");

/** It takes half a minute to start on an idle machine. */
export const litellmMsMax = 300_000;

/**
 * LiteLLM's proxy until the test has finished, with a model `model` that answers "an answer" by itself; its base address. Whoever
 * comes with the key `sk-NAME` is the user NAME.
 */
export async function startLitellm(
  config: object,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-litellm-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const params = { model: "openai/model", api_key: "none", mock_response: "an answer" };
  const whole = {
    model_list: [{ model_name: "model", litellm_params: params }],
    general_settings: { custom_auth: "litellm_auth.authenticate" },
    ...config,
  };
  const file = join(folder, "config.yaml");
  await writeFile(file, JSON.stringify(whole));
  await copyFile(fileURLToPath(new URL("litellm_auth.py", import.meta.url)), join(folder, "litellm_auth.py"));
  const child = spawn(litellm.command("litellm"), ["--config", file, "--host", "127.0.0.1", "--port", "0"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    // It would ask the network for prices otherwise.
    env: {
      ...process.env,
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
      LITELLM_MASTER_KEY: `sk-${randomUUID()}`,
      ...environment,
    },
  });
  onTestFinished(async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  let base: string | undefined;
  for await (const line of createInterface({ input: child.stderr })) {
    base = /running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (base !== undefined) break;
  }
  if (base === undefined) throw new Error("LiteLLM ended before it served");
  // It must not stand still because nobody reads what it says.
  child.stderr.resume();
  return base;
}

/** A chat of a user through it. */
export function chat(base: string, user: string, question: string): Promise<Response> {
  return fetch(`${base}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer sk-${user}` },
    body: JSON.stringify({ model: "model", messages: [{ role: "user", content: question }] }),
  });
}
