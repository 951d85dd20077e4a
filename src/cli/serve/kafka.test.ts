import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { Producer } from "@platformatic/kafka";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { decodeDelivery } from "../../ingest/delivery/delivery.ts";
import type { DeliveryRecord } from "../../ingest/delivery/delivery.ts";
import { hasBroker, startBroker } from "../../ingest/kafka/broker.case.ts";
import type { Broker } from "../../ingest/kafka/broker.case.ts";
import { testKeys } from "../../ingest/keys/keys.case.ts";
import { openSpool } from "../../ingest/spool/spool.ts";
import { goodLine } from "../../ingest/world/scratch.case.ts";
import { fixedClock } from "../../kit/clock.ts";
import { checkConfig } from "./check.ts";
import { closeAll } from "./closings.ts";
import type { Closings } from "./closings.ts";
import { loadConfig } from "./config.ts";
import type { ServeConfig } from "./config.ts";
import { openTopics, readKafkaSecurity } from "./kafka.ts";
import { writeConfig } from "./serve.case.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stillwatch-kafka-config-"));
  await writeFile(join(root, "password"), "the reader's password\n");
});
afterAll(() => rm(root, { recursive: true, force: true }));

const configured = async (kafka: string): Promise<ServeConfig> =>
  loadConfig(await writeConfig(root, `kafka: { topics: [exchanges], ${kafka} }\n`));
const sasl = (file: string, mechanism = "PLAIN"): string =>
  `sasl: { mechanism: ${mechanism}, username: reader, password-file: ${file} }`;

describe("the configuration of Kafka", () => {
  it("names no server by its address, and reads the password from its file, which lies beside the configuration", async () => {
    const securityOf = async (kafka: string) => readKafkaSecurity((await configured(kafka)).kafka!);
    expect(await securityOf("brokers: ['kafka.example:9092']")).toEqual({});
    expect(await securityOf(`brokers: ['kafka.example:9092'], tls: {}, ${sasl("password")}`)).toEqual({
      tls: {},
      tlsServerName: true,
      sasl: { mechanism: "PLAIN", username: "reader", password: "the reader's password" },
    });
    for (const address of ["127.0.0.1:9092", "[::1]:9092"])
      expect(await securityOf(`brokers: ['${address}'], tls: {}`)).toMatchObject({ tlsServerName: false });
  });

  it.each([
    [sasl("missing"), /the secret for Kafka, .*missing, can't be read/],
    ["tls: { ca-file: missing }", /the certificate of Kafka's authority, .*missing, can't be read/],
    ["tls: { ca-file: password }", /the certificate of Kafka's authority, .*password, can't be read/],
    [sasl("password", "GSSAPI"), /kafka\.sasl\.mechanism: /],
    ["sasl: { mechanism: PLAIN, username: reader, password: open }", /kafka\.sasl/],
    ["format: bedrok", /kafka\.format: give one of .*bedrock/],
    ["tls: true", /kafka\.tls: /],
  ])("is found wrong by a check: %s", async (wrong, message) => {
    const check = async (): Promise<void> =>
      checkConfig(await configured(`brokers: ['kafka.example:9092'], ${wrong}`), fixedClock(0));
    await expect(check()).rejects.toThrow(message);
  });
});

describe.skipIf(!hasBroker)(
  "a broker that wants to know who comes (skipped where .ci/install-kafka was not run)",
  () => {
    let broker: Broker;
    beforeAll(async () => {
      broker = await startBroker();
      await broker.createTopic("exchanges", 1);
      const producer = new Producer({ clientId: "test", bootstrapBrokers: [broker.address] });
      await producer.send({ messages: [{ topic: "exchanges", value: Buffer.from(JSON.stringify(goodLine)) }] });
      await producer.close();
    }, 120_000);
    afterAll(() => broker.stop());

    /** What comes into the spool first. Rejects with the first failure. */
    async function consumed(kafka: string): Promise<DeliveryRecord[]> {
      const folder = await mkdtemp(join(root, "spool-"));
      const spool = await openSpool(folder);
      const closings: Closings = [() => spool.close()];
      onTestFinished(() => closeAll(closings));
      const { kafka: config } = await configured(`brokers: ['${broker.secure.address}'], ${kafka}`);
      const failed = new Promise<never>((_resolve, reject) => {
        const options = { keys: testKeys, spool, onFailure: reject };
        openTopics({ ...config!, group: folder }, options, closings).catch(reject);
      });
      const batch = await Promise.race([spool.read(2 ** 20), failed]);
      return (batch?.records ?? []).map(decodeDelivery);
    }

    it.each(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])("is read from with %s over TLS", async (mechanism) => {
      const tls = `tls: { ca-file: ${broker.secure.caFile} }`;
      const records = await consumed(`${tls}, ${sasl("password", mechanism)}`);
      expect(records).toMatchObject([{ origin: "Kafka topic exchanges", count: 1 }]);
    });

    it("is not read from with a wrong password, nor without its authority", async () => {
      await writeFile(join(root, "wrong"), "wrong\n");
      const tls = `tls: { ca-file: ${broker.secure.caFile} }`;
      const told = async (kafka: string): Promise<string> => {
        const error: unknown = await consumed(kafka).catch((thrown: unknown) => thrown);
        return inspect(error, { depth: 9 });
      };
      expect(await told(`${tls}, ${sasl("wrong", "SCRAM-SHA-512")}`)).toMatch(/invalid credentials/i);
      expect(await told(`tls: {}, ${sasl("password")}`)).toContain("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    });
  },
);
