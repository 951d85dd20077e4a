import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Admin } from "@platformatic/kafka";

/** What `.ci/install-kafka` puts there. */
const jars = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "stillwatch-tests", "kafka-4.1.2");

/** Continuous integration installs it; elsewhere the tests with a broker are skipped where it is missing. */
export const hasBroker = existsSync(join(jars, "complete")) || process.env["CI"] !== undefined;

export interface Broker {
  readonly address: string;
  createTopic(name: string, partitions: number): Promise<void>;
  stop(): Promise<void>;
}

/** A real broker, in one process (KRaft, combined mode), on this machine's loopback only. */
export async function startBroker(): Promise<Broker> {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-kafka-"));
  const [port, controllerPort] = [await freePort(), await freePort()];
  const config = join(folder, "server.properties");
  await writeFile(
    config,
    `
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:${controllerPort}
log.dirs=${join(folder, "log")}
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
`,
  );
  const java = ["-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp", join(jars, "*")];
  const id = Buffer.from(randomUUID().replaceAll("-", ""), "hex").toString("base64url");
  await promisify(execFile)("java", [...java, "kafka.tools.StorageTool", "format", "-t", id, "-c", config]);
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
    createTopic: async (name, partitions) =>
      void (await admin.createTopics({ topics: [name], partitions, replicas: 1 })),
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
