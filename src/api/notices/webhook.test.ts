import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { dayMs, hourMs, person, testPolicy } from "../../decide/desk/desk.case.ts";
import { createDesk } from "../../decide/desk/desk.ts";
import type { Order } from "../../decide/desk/orders.ts";
import { createNotifier } from "../../decide/notices/notifier.ts";
import type { Notifier } from "../../decide/notices/notifier.ts";
import { standing } from "../../decide/standing.case.ts";
import { UserError } from "../../kit/user-error.ts";
import { kept } from "../../store/state/retention.case.ts";
import { emptyState } from "../../store/state/empty-state.case.ts";
import { openState } from "../../store/state/state.ts";
import type { State } from "../../store/state/state.ts";
import { startReceiver } from "./receiver.case.ts";
import { webhookChannel } from "./webhook.ts";

const nowMs = Date.UTC(2026, 8, 1);
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

function notifier(state: State, url: string): { notifier: Notifier; failures: unknown[] } {
  const failures: unknown[] = [];
  const options = {
    state,
    channel: webhookChannel({ url, secret }),
    appealUrl: "https://example.com/appeals/{reference}",
    onFailure: (error: unknown) => void failures.push(error),
  };
  return { notifier: createNotifier(options), failures };
}

const blocking = (account: string): Order => ({
  account,
  scope: { kind: "account", value: account },
  campaign: null,
  step: { afterMs: 0, ttlMs: 30 * dayMs, action: "block", parameters: {} },
});

let state: State;
beforeAll(async () => {
  state = await emptyState();
});
afterAll(() => state.close());

describe("notices by webhook", () => {
  it("are sent once a decision takes effect, signed, with nothing of why beyond the category", async () => {
    const { url, received } = await startReceiver();
    const { notifier: notices, failures } = notifier(state, url);
    const desk = createDesk({ state, policy: testPolicy() });
    const evidence = [{ signal: "twins" as const, summary: "alike", strength: 3, accounts: 40, against: false }];
    await desk.take([standing({ account: "acct-1", evidence })], nowMs);
    await notices.step(nowMs);
    await notices.step(nowMs + 1000);
    expect(received).toHaveLength(1);
    const { id, timestamp, signature, text, notice } = received[0]!;
    const [decision] = await state.decisions.inForceOfAccounts(["acct-1"], nowMs);
    expect(notice).toEqual({
      event: "decided",
      account: "acct-1",
      reference: decision?.id,
      category: "coordinated-extraction",
      reason: expect.stringContaining("coordinated effort"),
      restriction: "At most 20 requests a minute are answered, 5 at once.",
      since: decision?.created,
      until: decision?.expires,
      appeal: {
        url: `https://example.com/appeals/${decision?.id}`,
        until: expect.any(String),
        answered_within_days: 7,
      },
    });
    expect(text).not.toMatch(/twins|alike|partition|c1|disjoint/);
    // Independent of the code: the specification's recipe.
    const key = Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64");
    const expected = createHmac("sha256", key).update(`${id}.${timestamp}.${text}`).digest("base64");
    expect([id, timestamp, signature]).toEqual([decision?.id, String(nowMs / 1000), `v1,${expected}`]);
    expect(await state.notices.ofDecision(decision?.id ?? "")).toMatchObject([{ channel: "webhook" }]);
    expect(failures).toEqual([]);
  });

  it("say nothing of what is only written down, or was over before", async () => {
    const { url, received } = await startReceiver();
    const { notifier: notices } = notifier(state, url);
    const desk = createDesk({ state, policy: testPolicy({ mode: "dry-run" }) });
    await desk.take([standing()], nowMs);
    const { id } = await desk.order(blocking("b"), person, nowMs);
    await desk.lift(id, person, nowMs);
    await notices.step(nowMs);
    expect(received).toEqual([]);
    expect(await state.notices.due("webhook", nowMs + dayMs, 10)).toEqual([]);
  });

  it("say when something is over that was told, once, and why in broad terms", async () => {
    const { url, received } = await startReceiver();
    const { notifier: notices, failures } = notifier(state, url);
    const desk = createDesk({ state, policy: testPolicy() });
    const { id } = await desk.order(blocking("over"), person, nowMs);
    await notices.step(nowMs);
    await desk.lift(id, person, nowMs + hourMs);
    await notices.step(nowMs + hourMs);
    await notices.step(nowMs + 2 * hourMs);
    expect(received.map(({ id: webhookId, notice }) => [webhookId, notice.account, notice["event"]])).toEqual([
      [id, "over", "decided"],
      [`${id}.ended`, "over", "ended"],
    ]);
    expect(received[1]!.notice).toEqual({
      event: "ended",
      account: "over",
      reference: id,
      category: "manual-review",
      restriction: "Requests are refused.",
      since: new Date(nowMs).toISOString(),
      ended: new Date(nowMs + hourMs).toISOString(),
      reason: "A member of our staff lifted it.",
    });
    expect((await state.notices.ofDecision(id)).map(({ kind }) => kind)).toEqual(["decided", "ended"]);
    expect(failures).toEqual([]);
  });

  it("do not say that something is over where another decision takes its place", async () => {
    const { url, received } = await startReceiver();
    const { notifier: notices } = notifier(state, url);
    const desk = createDesk({ state, policy: testPolicy() });
    for (const hours of [0, 20, 30]) {
      await desk.take([standing({ account: "worse" })], nowMs + hours * hourMs);
      await notices.step(nowMs + hours * hourMs);
    }
    const own = received.filter(({ notice }) => notice.account === "worse");
    expect(own.map(({ notice }) => notice["event"])).toEqual(["decided", "decided"]);
    expect((await state.decisions.find(own[0]!.id))?.ended?.cause).toBe("replaced");
  });

  it("say so, too, where the kill switch had taken it out of force before, but for what was never told", async () => {
    const own = await emptyState();
    onTestFinished(() => own.close());
    const { url, received } = await startReceiver();
    const { notifier: notices } = notifier(own, url);
    const desk = createDesk({ state: own, policy: testPolicy() });
    const { id } = await desk.order(blocking("told"), person, nowMs);
    await notices.step(nowMs);
    await desk.setSwitch("kill", true, person, nowMs + hourMs);
    const untold = await desk.order(blocking("untold"), person, nowMs + hourMs);
    for (const one of [id, untold.id]) await desk.lift(one, person, nowMs + 2 * hourMs);
    await notices.step(nowMs + 2 * hourMs);
    expect(received.map(({ id: webhookId }) => webhookId)).toEqual([id, `${id}.ended`]);
  });

  it("say so, too, where the end fell into a gap of what is told of changes", async () => {
    const own = await emptyState();
    onTestFinished(() => own.close());
    const { url, received } = await startReceiver();
    const { notifier: notices, failures } = notifier(own, url);
    const desk = createDesk({ state: own, policy: testPolicy() });
    const [lifted, lasting] = [
      await desk.order(blocking("lifted"), person, nowMs),
      await desk.order(blocking("lasting"), person, nowMs),
    ];
    for (const hours of [0, 20, 30]) {
      await desk.take([standing({ account: "worse" })], nowMs + hours * hourMs);
      await notices.step(nowMs + hours * hourMs);
    }
    await desk.lift(lifted.id, person, nowMs + 31 * hourMs);
    const later = nowMs + 10 * dayMs;
    await own.forget({ ...kept, deltas: 7 }, later);
    received.length = 0;
    for (const ms of [0, 1_000, 120_000]) await notices.step(later + ms);
    expect(received.map(({ id, notice }) => [id, notice.account])).toEqual([[`${lifted.id}.ended`, "lifted"]]);
    expect((await own.notices.ofDecision(lasting.id)).map(({ kind }) => kind)).toEqual(["decided"]);
    expect(failures).toEqual([]);
  });

  it("wait while the receiver is down, also over a restart, and come in the end; a renewal is no news", async () => {
    const folder = await mkdtemp(join(tmpdir(), "stillwatch-notices-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const taker = await startReceiver();
    taker.status = 500;
    const accounts = ["a", "b", "c", "d", "e"];
    const first = await openState({ path: join(folder, "state") });
    const policy = testPolicy();
    await createDesk({ state: first, policy }).take(
      accounts.map((account) => standing({ account })),
      nowMs,
    );
    const before = notifier(first, taker.url);
    await before.notifier.step(nowMs);
    // It does not go on where everything fails, and not at once again with what has failed.
    expect(taker.received).toHaveLength(3);
    expect(before.failures.map((failure) => failure instanceof UserError)).toEqual([true, true, true]);
    await before.notifier.step(nowMs + 1000);
    expect(taker.received).toHaveLength(5);
    await first.close();

    const second = await openState({ path: join(folder, "state") });
    onTestFinished(() => second.close());
    taker.status = 202;
    taker.received.length = 0;
    const after = notifier(second, taker.url);
    await after.notifier.step(nowMs + 30_000);
    expect(taker.received).toEqual([]);
    await after.notifier.step(nowMs + 120_000);
    expect(taker.received.map(({ notice }) => notice.account).toSorted()).toEqual(accounts);
    const desk = createDesk({ state: second, policy });
    await desk.take(
      accounts.map((account) => standing({ account })),
      nowMs + 20 * hourMs,
    );
    await after.notifier.step(nowMs + 20 * hourMs);
    expect(taker.received).toHaveLength(5);
  }, 180_000);

  it("are given up after two days, which the audit log says, and follow no redirection", async () => {
    const taker = await startReceiver();
    taker.status = 307;
    const { notifier: notices, failures } = notifier(state, taker.url);
    const { id } = await createDesk({ state, policy: testPolicy() }).order(blocking("b"), person, nowMs);
    for (let hours = 0; hours < 5 * 24; hours += 6) await notices.step(nowMs + hours * hourMs);
    expect(taker.received).toHaveLength(16);
    expect(failures).toHaveLength(16);
    const audit = await state.audit.about({ kind: "decision", id }, 10);
    expect(audit.map(({ action }) => action)).toContain("notice.given-up");
  });

  it("take a secret that can't be guessed", () => {
    expect(() => webhookChannel({ url: "http://127.0.0.1/", secret: "hunter2" })).toThrow(UserError);
    expect(() => webhookChannel({ url: "http://127.0.0.1/", secret: "hunter2" })).not.toThrow("hunter2");
  });
});
