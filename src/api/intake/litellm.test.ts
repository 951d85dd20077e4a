import { afterEach, describe, expect, it } from "vitest";
import { chat, litellm, litellmMsMax, startLitellm } from "../../../test/litellm.ts";
import { openDoors, spooled, token } from "./doors.case.ts";
import type { OpenDoors } from "./doors.case.ts";

/** More than two payloads take. */
const backlogBytesMax = 64 * 1024;

let doors: OpenDoors | undefined;
afterEach(() => doors?.close());

/** A line that leaves no room for more. */
const filling = JSON.stringify({
  time: "2026-01-05T12:00:00.000Z",
  id: "1",
  account: "acct_1",
  model: "m",
  response: "x".repeat(backlogBytesMax - 500),
});

describe.skipIf(litellm.skipped)(`a real LiteLLM (${litellm.ifSkipped})`, () => {
  it.each(["json_array", "ndjson"])(
    "hands its payloads in as %s, and once more where there was no room",
    async (format) => {
      const { url, post, answered, spool } = (doors = await openDoors({ backlogBytesMax }));
      const callback = {
        callback_type: "generic_api",
        endpoint: `${url}/v1/litellm`,
        headers: { Authorization: `Bearer ${token}` },
        log_format: format,
        max_retries: 10,
        retry_delay: 0.1,
      };
      const settings = { litellm_settings: { callbacks: ["stillwatch"] }, callback_settings: { stillwatch: callback } };
      const base = await startLitellm(settings, { DEFAULT_BATCH_SIZE: "2" });
      await post("/v1/exchanges?format=world", filling);

      const answers = await Promise.all(["anna", "berit"].map((user) => chat(base, user, `a question of ${user}`)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      await answered(503);
      const filled = await spool.read(backlogBytesMax);
      if (filled === null) throw new Error("the spool is closed");
      await spool.commit(filled.end, 0);
      await answered(202);

      const { lines, rejects } = await spooled(spool);
      expect(rejects).toEqual([]);
      expect(lines).toHaveLength(2);
      expect(lines).toEqual(
        expect.arrayContaining(
          ["anna", "berit"].map((user): unknown =>
            expect.objectContaining({
              account: user,
              model: "openai/model",
              messages: [{ role: "user", content: `a question of ${user}` }],
              response: "an answer",
              status: 200,
              finish: "stop",
            }),
          ),
        ),
      );
    },
    litellmMsMax,
  );
});
