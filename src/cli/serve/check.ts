import { createDecisionFeed } from "../../gateway/decision-stream/decision-feed.ts";
import { createClientChain } from "../../gateway/proxy/client-chain.ts";
import { createDecisionTable } from "../../gateway/table/decision-table.ts";
import type { Clock } from "../../kit/clock.ts";
import { checkCircle } from "./circle.ts";
import type { ServeConfig } from "./config.ts";
import { openGateway } from "./gateway.ts";
import { readKafkaSecurity } from "./kafka.ts";
import { openKeys } from "./keys.ts";
import { readSecretFile } from "./secret-file.ts";

/**
 * What a start would find wrong with a configuration that keeps the schema, without opening data or listening: secrets, the file of
 * keys, addresses, Kafka's authority, what a circle is of. Throws a `UserError`.
 */
export async function checkConfig(config: ServeConfig, clock: Clock): Promise<void> {
  const keys = await openKeys(config);
  if (config.notices !== undefined) await readSecretFile(config.notices["secret-file"], "notices");
  if (config.kafka !== undefined) await readKafkaSecurity(config.kafka);
  createClientChain(config["trusted-proxies"]);
  const feed = createDecisionFeed(createDecisionTable());
  const gateway = openGateway({ config, feed, keys, clock, onDefect: () => {}, onExchange: () => {} });
  await gateway.proxy?.close();
  if (config.circle !== undefined) checkCircle(config.circle, config.data, clock.nowMs());
}
