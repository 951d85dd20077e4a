import { hash, randomUUID } from "node:crypto";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { pythonPeer } from "../../../test/peers.ts";
import { createThrottle } from "../../decide/throttle/gcra.ts";
import { testKeys as keys } from "../../ingest/keys/keys.case.ts";
import type { Decision } from "../../model/decision.ts";
import { createHolding } from "../holding.ts";
import type { Holding } from "../holding.ts";
import { createCallers } from "../http/callers.ts";
import { caller, CALLER_KEY, failTest, listen } from "../http/listen.case.ts";
import { gatewayWith } from "../ruling.case.ts";
import { decision } from "../table/decision.case.ts";
import { createGuardrailSurface } from "./guardrail-surface.ts";

const litellm = pythonPeer("litellm");

const onAccount = (action: Decision["action"], given: Partial<Decision> = {}): Decision =>
  decision({ id: action, action, scope: { kind: "account", value: action }, ...given });

async function guardrail(decisions: readonly Decision[], holding: Holding = createHolding()): Promise<string> {
  const { ruler } = gatewayWith(createThrottle(100), ...decisions);
  return listen(
    createGuardrailSurface({ ruler, keys, holding, callers: createCallers([caller()]), onDefect: failTest }),
  );
}

async function ask(base: string, user: string, inputType = "request", keyHash = `hash of ${user}`): Promise<unknown> {
  const response = await fetch(`${base}/beta/litellm_basic_guardrail_api`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": CALLER_KEY },
    body: JSON.stringify({
      input_type: inputType,
      request_data: { user_api_key_user_id: user, user_api_key_hash: keyHash },
      texts: ["a prompt"],
    }),
  });
  return response.json();
}

describe("the guardrail", () => {
  it("blocks with the reference and the way to appeal, and lets others go on", async () => {
    const base = await guardrail([onAccount("block"), onAccount("challenge")]);
    expect(await ask(base, "another")).toEqual({ action: "NONE" });
    expect(await ask(base, "block")).toEqual({
      action: "BLOCKED",
      blocked_reason: expect.stringMatching(/reference block\. Appeal: https:\/\/example\.com\/appeals\/block$/),
    });
    expect(await ask(base, "challenge")).toMatchObject({
      blocked_reason: expect.stringContaining("https://example.com/verify/challenge"),
    });
  });

  it("finds an account that has no user by its key, as the log's reader names it", async () => {
    const scope = { kind: "account", value: "hash of default_user_id" } as const;
    expect(await ask(await guardrail([decision({ id: "d", scope })]), "default_user_id")).toMatchObject({
      action: "BLOCKED",
    });
  });

  it("finds the key by the hash that LiteLLM tells, under the name that the proxy gives it", async () => {
    const scope = { kind: "key", value: keys.ofSecret("sk-customer") } as const;
    const base = await guardrail([decision({ id: "d", scope })]);
    expect(await ask(base, "somebody", "request", hash("sha256", "sk-customer"))).toMatchObject({ action: "BLOCKED" });
    expect(await ask(base, "somebody")).toEqual({ action: "NONE" });
  });

  it("counts a call once, and not its answer", async () => {
    const base = await guardrail([onAccount("throttle", { parameters: { requests_per_minute: 1 } })]);
    expect(await ask(base, "throttle", "response")).toEqual({ action: "NONE" });
    expect(await ask(base, "throttle")).toEqual({ action: "NONE" });
    expect(await ask(base, "throttle", "response")).toEqual({ action: "NONE" });
    expect(await ask(base, "throttle")).toMatchObject({
      action: "BLOCKED",
      blocked_reason: expect.stringContaining("Come back in 60 seconds."),
    });
  });

  it("can't withhold, and then lets the call go on", async () => {
    expect(await ask(await guardrail([onAccount("degrade")]), "degrade")).toEqual({ action: "NONE" });
  });

  it("holds a call under a tarpit, and has it come back where there is no room", async () => {
    const waits: number[] = [];
    const holding = createHolding((ms) => Promise.resolve(void waits.push(ms)));
    const tarpit = onAccount("tarpit", { parameters: { delay_ms: 4711 } });
    expect(await ask(await guardrail([tarpit], holding), "tarpit")).toEqual({ action: "NONE" });
    expect(waits).toEqual([4711]);
    const full: Holding = { held: 0, hold: () => Promise.resolve(false) };
    expect(await ask(await guardrail([tarpit], full), "tarpit")).toMatchObject({ action: "BLOCKED" });
  });
});

/** LiteLLM's proxy with our guardrail and a model that answers by itself; its base address. */
async function startLitellm(guardrailBase: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-litellm-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const params = { model: "openai/model", api_key: "none", mock_response: "an answer" };
  const config = {
    model_list: [{ model_name: "model", litellm_params: params }],
    general_settings: { custom_auth: "litellm_auth.authenticate" },
    guardrails: [
      {
        guardrail_name: "stillwatch",
        litellm_params: {
          guardrail: "generic_guardrail_api",
          mode: "pre_call",
          default_on: true,
          api_base: guardrailBase,
          api_key: CALLER_KEY,
          unreachable_fallback: "fail_open",
        },
      },
    ],
  };
  const file = join(folder, "config.yaml");
  await writeFile(file, JSON.stringify(config));
  await copyFile(fileURLToPath(new URL("litellm_auth.py", import.meta.url)), join(folder, "litellm_auth.py"));
  const child = spawn(litellm.command("litellm"), ["--config", file, "--host", "127.0.0.1", "--port", "0"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    // It would ask the network for prices otherwise.
    env: { ...process.env, LITELLM_LOCAL_MODEL_COST_MAP: "True", LITELLM_MASTER_KEY: `sk-${randomUUID()}` },
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

describe.skipIf(litellm.skipped)(`a real LiteLLM (${litellm.ifSkipped})`, () => {
  it("refuses the calls of a blocked account, and lets others go on", async () => {
    const base = await startLitellm(await guardrail([onAccount("block")]));
    const call = (user: string): Promise<Response> =>
      fetch(`${base}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer sk-${user}` },
        body: JSON.stringify({ model: "model", messages: [{ role: "user", content: "a question" }] }),
      });
    const allowed = await call("another");
    expect(await allowed.json()).toMatchObject({ choices: [{ message: { content: "an answer" } }] });
    const refused = await call("block");
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("https://example.com/appeals/block");
    // It takes half a minute to start on an idle machine.
  }, 300_000);
});
