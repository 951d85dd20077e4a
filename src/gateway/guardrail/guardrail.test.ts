import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { chat, litellm, litellmMsMax, startLitellm } from "../../../test/litellm.ts";
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

describe.skipIf(litellm.skipped)(`a real LiteLLM (${litellm.ifSkipped})`, () => {
  it(
    "refuses the calls of a blocked account, and lets others go on",
    async () => {
      const params = {
        guardrail: "generic_guardrail_api",
        mode: "pre_call",
        default_on: true,
        api_base: await guardrail([onAccount("block")]),
        api_key: CALLER_KEY,
        unreachable_fallback: "fail_open",
      };
      const base = await startLitellm({ guardrails: [{ guardrail_name: "stillwatch", litellm_params: params }] });
      const allowed = await chat(base, "another", "a question");
      expect(await allowed.json()).toMatchObject({ choices: [{ message: { content: "an answer" } }] });
      const refused = await chat(base, "block", "a question");
      expect(refused.status).toBe(400);
      expect(await refused.text()).toContain("https://example.com/appeals/block");
    },
    litellmMsMax,
  );
});
