import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { consumeTopics } from "../../ingest/kafka/topics.ts";
import type { TopicsConsumer, TopicsOptions, TopicsSecurity } from "../../ingest/kafka/topics.ts";
import { UserError } from "../../kit/user-error.ts";
import type { Closings } from "./closings.ts";
import type { KafkaConfig } from "./config.ts";
import { readSecretFile } from "./secret-file.ts";

/** Consumes the topics that are configured; null where none are. Throws a `UserError` where their files won't do. */
export async function openTopics(
  config: KafkaConfig | undefined,
  { keys, spool, onFailure }: Pick<TopicsOptions, "keys" | "spool" | "onFailure">,
  closings: Closings,
): Promise<TopicsConsumer | null> {
  if (config === undefined) return null;
  const { brokers, topics, group, format } = config;
  const consumer = consumeTopics({
    brokers,
    topics,
    groupId: group,
    ...(format === undefined ? {} : { format }),
    security: await readKafkaSecurity(config),
    keys,
    spool,
    onFailure,
  });
  closings.push(() => consumer.stop());
  return consumer;
}

/** How the brokers are told from others, and we from others to them. Throws a `UserError` where its files won't do. */
export async function readKafkaSecurity({ brokers, tls, sasl }: KafkaConfig): Promise<TopicsSecurity> {
  // A broker behind a name may be one of many at an address; addresses are no server names (RFC 6066, 3).
  const tlsServerName = brokers.every((broker) => !/^(?:\[|[\d.]+:)/.test(broker));
  return {
    ...(tls === undefined ? {} : { tls: await readAuthority(tls["ca-file"]), tlsServerName }),
    ...(sasl === undefined
      ? {}
      : {
          sasl: {
            mechanism: sasl.mechanism,
            username: sasl.username,
            password: await readSecretFile(sasl["password-file"], "Kafka", "put the password of the user there"),
          },
        }),
  };
}

/** Without a file of their own, the authorities that Node knows. */
async function readAuthority(path: string | undefined): Promise<{ readonly ca?: Buffer }> {
  if (path === undefined) return {};
  try {
    const ca = await readFile(path);
    // Node would take what holds no certificate for no authority at all.
    void new X509Certificate(ca);
    return { ca };
  } catch (error) {
    throw new UserError(`the certificate of Kafka's authority, ${path}, can't be read`, "give a file in PEM", {
      cause: error,
    });
  }
}
