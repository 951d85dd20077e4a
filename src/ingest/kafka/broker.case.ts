import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { AclOperations, AclPermissionTypes, Admin, ResourcePatternTypes, ResourceTypes } from "@platformatic/kafka";
import { makeCertificates } from "../../kit/certificates.case.ts";

/** What `.ci/install-kafka` puts there. */
const jars = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "stillwatch-tests", "kafka-4.1.2");

/** Continuous integration installs it; elsewhere the tests with a broker are skipped where it is missing. */
export const hasBroker = existsSync(join(jars, "complete")) || process.env["CI"] !== undefined;

export interface Broker {
  readonly address: string;
  /** Here it shows a certificate, and asks who comes for a name and a password. */
  readonly secure: {
    readonly address: string;
    readonly caFile: string;
    readonly username: string;
    readonly password: string;
  };
  createTopic(name: string, partitions: number): Promise<void>;
  /** Takes the rights of who comes by name and password. */
  deny(kind: "TOPIC" | "GROUP", name: string): Promise<void>;
  /** Drops what is in the only partition of a topic before an offset, as its retention would. */
  drop(topic: string, beforeOffset: bigint): Promise<void>;
  stop(): Promise<void>;
}

/** A real broker, in one process (KRaft, combined mode), on this machine's loopback only. */
export async function startBroker(): Promise<Broker> {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-kafka-"));
  const [port, securePort, controllerPort] = [await freePort(), await freePort(), await freePort()];
  const [username, password] = ["reader", "the reader's password"];
  makeCertificates(folder);
  const pem = await Promise.all(["a.key", "a.pem"].map((name) => readFile(join(folder, name), "utf8")));
  await writeFile(join(folder, "broker.pem"), pem);
  const logins = "org.apache.kafka.common.security";
  const config = join(folder, "server.properties");
  await writeFile(
    config,
    `
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:${port},SASL_SSL://127.0.0.1:${securePort},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port},SASL_SSL://127.0.0.1:${securePort}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
ssl.keystore.type=PEM
ssl.keystore.location=${join(folder, "broker.pem")}
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.sasl_ssl.plain.sasl.jaas.config=${logins}.plain.PlainLoginModule required user_${username}="${password}";
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=${logins}.scram.ScramLoginModule required;
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=${logins}.scram.ScramLoginModule required;
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:${controllerPort}
log.dirs=${join(folder, "log")}
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=true
super.users=User:ANONYMOUS
`,
  );
  const java = ["-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp", join(jars, "*")];
  const id = Buffer.from(randomUUID().replaceAll("-", ""), "hex").toString("base64url");
  const scram = ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap((mechanism) => [
    "--add-scram",
    `${mechanism}=[name=${username},password=${password}]`,
  ]);
  const format = ["kafka.tools.StorageTool", "format", "-t", id, "-c", config, ...scram];
  await promisify(execFile)("java", [...java, ...format]);
  // It ends with its standard input, so also where this process is killed.
  const child = spawn(
    "bash",
    [
      "-c",
      'java "$@" </dev/null & broker=$!; cat >/dev/null; kill -9 $broker',
      "broker",
      ...java,
      "kafka.Kafka",
      config,
    ],
    { stdio: ["pipe", "ignore", "ignore"] },
  );
  const exited = once(child, "exit");
  const address = `127.0.0.1:${port}`;
  const admin = new Admin({ clientId: "test", bootstrapBrokers: [address], retries: true, retryDelay: 200 });
  await admin.listTopics();
  return {
    address,
    secure: { address: `127.0.0.1:${securePort}`, caFile: join(folder, "ca.pem"), username, password },
    createTopic: async (name, partitions) =>
      void (await admin.createTopics({ topics: [name], partitions, replicas: 1 })),
    async deny(kind, name) {
      const resource = {
        resourceType: ResourceTypes[kind],
        resourceName: name,
        resourcePatternType: ResourcePatternTypes.LITERAL,
      };
      const rule = { operation: AclOperations.ALL, permissionType: AclPermissionTypes.DENY };
      await admin.createAcls({ creations: [{ ...resource, ...rule, principal: `User:${username}`, host: "*" }] });
    },
    drop: async (topic, beforeOffset) =>
      void (await admin.deleteRecords({
        topics: [{ name: topic, partitions: [{ partition: 0, offset: beforeOffset }] }],
      })),
    async stop() {
      await admin.close();
      child.stdin.end();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
