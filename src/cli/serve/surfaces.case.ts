import { hash } from "node:crypto";
import OpenAI from "openai";
import { z } from "zod";
import { createThrottle } from "../../decide/throttle/gcra.ts";
import type { Envoy } from "../../gateway/ext-authz/envoy.case.ts";
import { createHolding } from "../../gateway/holding.ts";
import { CALLER_KEY } from "../../gateway/http/listen.case.ts";
import { createFollower } from "../../gateway/middleware/follower.ts";
import { createGuard } from "../../gateway/middleware/guard.ts";
import { createSubjectsOf } from "../../gateway/request-subject.ts";
import { createRuler } from "../../gateway/ruling.ts";
import { createDecisionTable } from "../../gateway/table/decision-table.ts";
import { systemWait } from "../../kit/wait.ts";
import { seededRandom } from "../../kit/random.ts";
import { loadConfig } from "./config.ts";
import { openKeys } from "./keys.ts";
import type { Scene } from "./serve.case.ts";

/** Asks, as a customer with a key, at one surface; whether the request went on. */
export type Surfaces = Readonly<Record<string, (key: string) => Promise<boolean>>>;

/** Every way to a model that a server of ours stands in. Envoy where there is one. */
export async function surfacesOf(scene: Scene, configPath: string, envoy: Envoy | null): Promise<Surfaces> {
  const { url, proxyPort, clock } = scene;
  const post = async (path: string, body: object): Promise<unknown> => {
    const headers = { "x-api-key": CALLER_KEY, "content-type": "application/json" };
    return (await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) })).json();
  };
  const keys = await openKeys(loadConfig(configPath));
  const table = createDecisionTable();
  const follower = createFollower({
    url,
    callerKey: CALLER_KEY,
    table,
    clock,
    random: seededRandom("end to end"),
    wait: systemWait,
  });
  const links = { appeal: "https://example.com/{reference}", verify: "https://example.com/{reference}" };
  const guard = createGuard({
    ruler: createRuler({ table, throttle: createThrottle(10), links, clock }),
    subjectsOf: createSubjectsOf({ keys, headers: {} }),
    holding: createHolding(),
  });
  const banned = new Set<string>();
  const throughEnvoy = (base: string) => async (key: string) =>
    (await fetch(base, { headers: { authorization: `Bearer ${key}` } })).ok;
  return {
    async proxy(key) {
      const openai = new OpenAI({ apiKey: key, baseURL: `http://127.0.0.1:${proxyPort}/v1`, maxRetries: 0 });
      try {
        await openai.chat.completions.create({ model: "gpt-5", messages: [{ role: "user", content: "Hello" }] });
        return true;
      } catch (error) {
        if (error instanceof OpenAI.PermissionDeniedError) return false;
        throw error;
      }
    },
    decide: async (key) => z.object({ allowed: z.boolean() }).parse(await post("/v1/decide", { api_key: key })).allowed,
    async guardrail(key) {
      const body = { input_type: "request", request_data: { user_api_key_hash: hash("sha256", key) }, texts: [] };
      const answer = await post("/beta/litellm_basic_guardrail_api", body);
      return z.object({ action: z.string() }).parse(answer).action === "NONE";
    },
    /** As a bouncer keeps what the stream tells. */
    async crowdsec(key) {
      const query = `startup=${banned.size === 0}&scopes=key,account`;
      const response = await fetch(`${url}/v1/decisions/stream?${query}`, { headers: { "x-api-key": CALLER_KEY } });
      const told = z.object({ new: valuesSchema, deleted: valuesSchema }).parse(await response.json());
      for (const { value } of told.deleted) banned.delete(value);
      for (const { value } of told.new) banned.add(value);
      return !banned.has(keys.ofSecret(key));
    },
    async middleware(key) {
      await follower.poll();
      const request = { header: (name: string) => (name === "x-api-key" ? key : undefined), path: "/", address: "::1" };
      return (await guard(request, AbortSignal.timeout(60_000))).kind === "go-on";
    },
    ...(envoy === null
      ? {}
      : { "Envoy over gRPC": throughEnvoy(envoy.grpc), "Envoy over HTTP": throughEnvoy(envoy.http) }),
  };
}

const valuesSchema = z.array(z.object({ value: z.string() }));
