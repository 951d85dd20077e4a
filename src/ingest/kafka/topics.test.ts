import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Consumer, Producer } from "@platformatic/kafka";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { decodeDelivery } from "../delivery/delivery.ts";
import { testKeys } from "../keys/keys.case.ts";
import { openSpool } from "../spool/spool.ts";
import type { Spool } from "../spool/spool.ts";
import { goodLine } from "../world/scratch.case.ts";
import { hasBroker, startBroker } from "./broker.case.ts";
import type { Broker } from "./broker.case.ts";
import { consumeTopics } from "./topics.ts";
import type { TopicsConsumer, TopicsOptions } from "./topics.ts";

const idOf = (line: string): string => z.object({ id: z.string() }).parse(JSON.parse(line)).id;
const lineOf = (id: string): string => JSON.stringify({ ...goodLine, id });

describe.skipIf(!hasBroker)("topics of a real broker (skipped where .ci/install-kafka was not run)", () => {
  let broker: Broker;
  let producer: Producer;
  let folder = "";
  let spool: Spool;
  let consumers: TopicsConsumer[] = [];
  let topics = 0;
  const failures: unknown[] = [];

  beforeAll(async () => {
    broker = await startBroker();
    producer = new Producer({ clientId: "test", bootstrapBrokers: [broker.address] });
  }, 120_000);
  afterAll(async () => {
    await producer.close();
    await broker.stop();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "stillwatch-topics-"));
    spool = await openSpool(join(folder, "spool"), 100_000);
    failures.length = 0;
  });
  afterEach(async () => {
    for (const consumer of consumers) await consumer.stop();
    consumers = [];
    await spool.close();
    await rm(folder, { recursive: true, force: true });
  });

  const newTopic = async (partitions = 1): Promise<string> => {
    const name = `exchanges-${++topics}`;
    await broker.createTopic(name, partitions);
    return name;
  };
  const consume = (topic: string, more: Partial<TopicsOptions> = {}): TopicsConsumer => {
    const consumer = consumeTopics({
      brokers: [broker.address],
      topics: [topic],
      groupId: `group-of-${topic}`,
      keys: testKeys,
      spool,
      onFailure: (error) => failures.push(error),
      ...more,
    });
    consumers.push(consumer);
    return consumer;
  };
  const send = async (topic: string, values: readonly (string | Buffer)[], partitions = 1): Promise<void> => {
    const messages = values.map((value, index) => ({
      topic,
      partition: index % partitions,
      value: Buffer.from(value),
    }));
    await producer.send({ messages });
  };
  /** Reads the spool until so many different ids are there, and lets it go. */
  const spooled = async (ids: number): Promise<{ seen: string[]; rejects: string[]; origins: Set<string> }> => {
    const seen: string[] = [];
    const rejects: string[] = [];
    const origins = new Set<string>();
    while (new Set(seen).size < ids) {
      const batch = await spool.read(2 ** 20);
      if (batch === null) throw new Error("the spool is closed");
      for (const record of batch.records.map(decodeDelivery)) {
        seen.push(...Buffer.from(record.lines).toString("utf8").split("\n").slice(0, -1).map(idOf));
        rejects.push(...record.rejects);
        origins.add(record.origin);
      }
      await spool.commit(batch.end, 0);
    }
    return { seen, rejects, origins };
  };

  it(
    "go to the spool, whatever the format, and what can't be read becomes a reject",
    { timeout: 120_000 },
    async () => {
      const topic = await newTopic();
      const bedrock = readFileSync(join(import.meta.dirname, "../bedrock/samples/invocations.jsonl"), "utf8").split(
        "\n",
      );
      await send(topic, [
        lineOf("a"),
        "poison",
        Buffer.alloc(0),
        Buffer.from([0xff, 0xfe, 0x00]),
        `${lineOf("b")}\n{"torn`,
        bedrock[0] ?? "",
        lineOf("c"),
      ]);
      consume(topic);
      const { seen, rejects, origins } = await spooled(4);
      expect([seen.length, seen[0], seen.at(-1)]).toEqual([4, "a", "c"]);
      expect(rejects).toEqual([
        expect.stringMatching(/^line 1: partition 0, offset 1: in no format/),
        expect.stringMatching(/^line 1: partition 0, offset 3: in no format/),
        "line 2: partition 0, offset 4: not valid JSON",
      ]);
      expect([...origins]).toEqual([`Kafka topic ${topic}`]);
      expect(failures).toEqual([]);
    },
  );

  it("are gone on with where the group left off", { timeout: 120_000 }, async () => {
    const topic = await newTopic();
    await send(topic, ["a", "b"].map(lineOf));
    const first = consume(topic);
    expect((await spooled(2)).seen).toEqual(["a", "b"]);
    await first.stop();
    await send(topic, ["c"].map(lineOf));
    consume(topic);
    expect((await spooled(1)).seen).toEqual(["c"]);
  });

  it("wait for a full spool, and none is lost", { timeout: 120_000 }, async () => {
    const topic = await newTopic();
    const ids = Array.from({ length: 1500 }, (_, index) => `r${index}`);
    await send(topic, ids.map(lineOf));
    let waited = (): void => {};
    const isFull = new Promise<void>((resolve) => {
      waited = resolve;
    });
    consume(topic, {
      wait: () => {
        waited();
        return new Promise((resolve) => {
          setImmediate(resolve);
        });
      },
    });
    await isFull;
    const { seen } = await spooled(ids.length);
    expect(new Set(seen)).toEqual(new Set(ids));
    expect(failures[0]).toMatchObject({ name: "SpoolFullError" });
  });

  it("move between members of a group without a loss", { timeout: 180_000 }, async () => {
    const topic = await newTopic(4);
    const all = Array.from({ length: 60 }, (_, index) => `m${index}`);
    await send(topic, all.slice(0, 20).map(lineOf), 4);
    const first = consume(topic);
    const seen = [...(await spooled(20)).seen];
    // A second member makes the group share its partitions anew, and the first leaves them all to it.
    consume(topic);
    await send(topic, all.slice(20, 40).map(lineOf), 4);
    seen.push(...(await spooled(20)).seen);
    await first.stop();
    await send(topic, all.slice(40).map(lineOf), 4);
    while (new Set(seen).size < all.length) seen.push(...(await spooled(1)).seen);
    expect(new Set(seen)).toEqual(new Set(all));
  });

  const soon = (): Promise<void> =>
    new Promise((resolve) => {
      setImmediate(resolve);
    });

  it("are waited for where they are not there yet", { timeout: 120_000 }, async () => {
    const topic = `exchanges-${++topics}`;
    const consumer = consume(topic, { wait: soon });
    await expect.poll(() => failures, { timeout: 60_000 }).not.toEqual([]);
    const message = "Kafka refuses with UNKNOWN_TOPIC_OR_PARTITION";
    expect(failures[0]).toMatchObject({ name: "UnavailableError", message, hint: expect.stringContaining("create") });
    await broker.createTopic(topic, 1);
    await send(topic, [lineOf("late")]);
    expect((await spooled(1)).seen).toEqual(["late"]);
    expect(consumer.stopped).toBeNull();
  });

  it("are tried again soon where it went well between", { timeout: 120_000 }, async () => {
    const topic = `exchanges-${++topics}`;
    const waits: number[] = [];
    let isBroken = false;
    consume(topic, {
      keys: {
        ...testKeys,
        ofLogged(key) {
          if (isBroken) throw new Error("a defect");
          return testKeys.ofLogged(key);
        },
      },
      wait: (ms) => {
        waits.push(ms);
        isBroken = false;
        return soon();
      },
    });
    await expect.poll(() => waits.length, { timeout: 60_000 }).toBeGreaterThan(1);
    await broker.createTopic(topic, 1);
    const keyed = (id: string): string => JSON.stringify({ ...goodLine, id, key: "key-1" });
    await send(topic, [keyed("a")]);
    await spooled(1);
    const before = waits.length;
    isBroken = true;
    await send(topic, [keyed("b")]);
    expect((await spooled(1)).seen.at(-1)).toBe("b");
    expect([waits[1], waits[before]]).toEqual([200, 100]);
  });

  it("are gone on with where they no longer hold what comes next", { timeout: 120_000 }, async () => {
    const [topic, other] = [await newTopic(), await newTopic()];
    await send(topic, ["a", "b"].map(lineOf));
    await send(other, ["x", "y"].map(lineOf));
    const first = consume(topic, { topics: [topic, other] });
    expect((await spooled(4)).seen.toSorted()).toEqual(["a", "b", "x", "y"]);
    await first.stop();
    await send(topic, ["c", "d", "e"].map(lineOf));
    await send(other, ["z"].map(lineOf));
    await broker.drop(topic, 4n);
    consume(topic, { topics: [topic, other], wait: soon });
    // What is left of both, and of the other nothing twice.
    const seen = new Set<string>();
    while (!(seen.has("e") && seen.has("z"))) for (const id of (await spooled(1)).seen) seen.add(id);
    expect([...seen].toSorted()).toEqual(["e", "z"]);
    expect(failures[0]).toMatchObject({ name: "UnavailableError", message: "Kafka refuses with OFFSET_OUT_OF_RANGE" });
    expect(failures).toHaveLength(1);
  });

  it.each([
    ["a topic that it may not read", "TOPIC_AUTHORIZATION_FAILED", "topics", {}],
    ["a group that it may not be of", "GROUP_AUTHORIZATION_FAILED", "group", {}],
    ["a wrong password", "SASL_AUTHENTICATION_FAILED", "password-file", { password: "wrong" }],
    [
      "a mechanism that is none",
      "UNSUPPORTED_SASL_MECHANISM",
      "sasl.mechanism",
      { mechanism: "OAUTHBEARER", token: "t" },
    ],
  ] as const)("are not asked for again for %s", { timeout: 120_000 }, async (_what, name, hint, login) => {
    const topic = await newTopic();
    if (name === "TOPIC_AUTHORIZATION_FAILED") await broker.deny("TOPIC", topic);
    if (name === "GROUP_AUTHORIZATION_FAILED") await broker.deny("GROUP", `group-of-${topic}`);
    const { address, caFile, username, password } = broker.secure;
    const waits: number[] = [];
    const consumer = consume(topic, {
      brokers: [address],
      security: {
        tls: { ca: readFileSync(caFile) },
        tlsServerName: false,
        sasl: { mechanism: "PLAIN", username, password, ...login },
      },
      wait: (ms) => {
        waits.push(ms);
        return soon();
      },
    });
    await expect.poll(() => consumer.stopped, { timeout: 60_000 }).toBe(`Kafka refuses with ${name}`);
    expect(failures).toMatchObject([
      { name: "UserError", message: consumer.stopped, hint: expect.stringContaining(hint) },
    ]);
    expect(waits).toEqual([]);
  });
});

it("a broker that is not there is tried again, later and later, until it is to stop", async () => {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-topics-"));
  const spool = await openSpool(folder);
  const failures: unknown[] = [];
  const waits: number[] = [];
  let enough = (): void => {};
  const tried = new Promise<void>((resolve) => {
    enough = resolve;
  });
  // The client's own, which then says that it failed.
  const { close } = Consumer.prototype;
  const closing = vi.spyOn(Consumer.prototype, "close").mockImplementation(async function fail(
    this: Consumer,
    force?: boolean,
    done?: (error: Error) => void,
  ) {
    await close.call(this, force);
    done?.(new Error("not closed"));
  });
  const consumer = consumeTopics({
    // Nothing listens on the discard port.
    brokers: ["127.0.0.1:9"],
    topics: ["exchanges"],
    groupId: "nobody",
    keys: testKeys,
    spool,
    wait: (ms) => {
      if (waits.push(ms) === 2) enough();
      return Promise.resolve();
    },
    onFailure: (error) => failures.push(error),
  });
  await tried;
  await consumer.stop();
  expect(waits.slice(0, 2)).toEqual([100, 200]);
  expect(failures.length).toBeGreaterThanOrEqual(4);
  closing.mockRestore();
  // What failed after it does not stand in its place.
  expect(failures[0]).toMatchObject({ message: "not closed" });
  expect(failures[1]).toMatchObject({ name: "UnavailableError", message: "Kafka can't be reached: ECONNREFUSED" });
  expect(consumer.stopped).toBeNull();
  await spool.close();
  await rm(folder, { recursive: true, force: true });
});
