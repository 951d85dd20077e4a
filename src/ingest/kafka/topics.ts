import { Consumer, ListOffsetTimestamps, MessagesStreamFallbackModes, MessagesStreamModes } from "@platformatic/kafka";
import type { ConnectionOptions, Message } from "@platformatic/kafka";
import { systemWait } from "../../kit/wait.ts";
import type { Wait } from "../../kit/wait.ts";
import type { KeyDirectory } from "../keys/key-directory.ts";
import { TooManyItemsError, UnknownFormatError, encodeReading, readDelivery } from "../delivery/read.ts";
import type { Reading } from "../delivery/read.ts";
import { heldFile } from "../source-file.ts";
import type { Spool } from "../spool/spool.ts";
import { isRefusedWith, refusalOf } from "./refusal.ts";

// Limits.
/** Messages that go to the spool together, with one sync and one commit a partition. */
const groupMessagesMax = 500;
const groupBytesMax = 8 * 2 ** 20;
/** What the client holds that was fetched and not yet taken. */
const fetchedMessagesMax = 1_000;
const fetchBytesMax = 8 * 2 ** 20;
const fetchWaitMsMax = 500;
/** A broker that fails, or a spool that is full, is tried again after twice as long each time. */
const retryMsMin = 100;
const retryMsMax = 30_000;

export type TopicsSecurity = Pick<ConnectionOptions, "sasl" | "tls" | "tlsServerName">;

export interface TopicsOptions {
  /** `host:port` of some brokers. */
  readonly brokers: readonly string[];
  readonly topics: readonly string[];
  /** Members of one group share the partitions; where the group left off, it goes on. A new one begins at the start. */
  readonly groupId: string;
  /** `world` or a reader's name; told by each message if absent. */
  readonly format?: string;
  readonly security?: TopicsSecurity;
  readonly keys: KeyDirectory;
  readonly spool: Spool;
  readonly wait?: Wait;
  /** Each time that the brokers or the spool failed. Nothing that was committed is lost. It is tried again unless `stopped` says why not. */
  readonly onFailure: (error: unknown) => void;
}

export interface TopicsConsumer {
  /** What the brokers refused for good: nothing comes from them any more. null: it goes on. */
  readonly stopped: string | null;
  /** Leaves the group. What was not committed goes to another member, or comes again. */
  stop(): Promise<void>;
}

type BytesMessage = Message;

/**
 * Consumes topics whose messages hold one record or several, in any format that a scan reads. An offset is committed once what
 * came before it is on disk, so that a message may come twice, which its ids make good, and is never lost. What can't be read
 * becomes a reject with its partition and offset.
 */
export function consumeTopics(options: TopicsOptions): TopicsConsumer {
  const { wait = systemWait, onFailure } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const patiently: Patiently = async (work) => {
    let retryMs = retryMsMin;
    const onProgress = (): void => {
      retryMs = retryMsMin;
    };
    while (!signal.aborted) {
      try {
        await work(onProgress);
        return;
      } catch (error) {
        onFailure(error);
        await wait(retryMs, signal);
        retryMs = Math.min(retryMsMax, 2 * retryMs);
      }
    }
  };
  let stopped: string | null = null;
  const running = patiently(async (onCommit) => {
    try {
      await consume(options, { patiently, onCommit, stopping: signal });
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal?.isFinal !== true) throw refusal?.failure ?? error;
      stopped = refusal.failure.message;
      onFailure(refusal.failure);
    }
  });
  return {
    get stopped() {
      return stopped;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Tries again what fails, later each time; what made progress begins anew with the shortest wait. */
type Patiently = (work: (onProgress: () => void) => Promise<void>) => Promise<void>;

interface Membership {
  readonly patiently: Patiently;
  readonly onCommit: () => void;
  readonly stopping: AbortSignal;
}

/** One membership of the group, until it is to stop or fails; what fails while it ends is told, and thrown is what it ended for. */
async function consume(options: TopicsOptions, { patiently, onCommit, stopping }: Membership): Promise<void> {
  const { brokers, topics, groupId, security = {}, spool, onFailure } = options;
  const consumer = new Consumer({
    ...security,
    clientId: "stillwatch",
    groupId,
    bootstrapBrokers: [...brokers],
    autocommit: false,
    highWaterMark: fetchedMessagesMax,
    maxBytes: fetchBytesMax,
    maxWaitTime: fetchWaitMsMax,
  });
  const onFailedEnd = (error: unknown): void => onFailure(refusalOf(error)?.failure ?? error);
  try {
    const stream = await consumer.consume({
      topics: [...topics],
      mode: MessagesStreamModes.COMMITTED,
      fallbackMode: MessagesStreamFallbackModes.EARLIEST,
    });
    const close = (): void => void stream.close().catch(onFailure);
    stopping.addEventListener("abort", close, { once: true });
    if (stopping.aborted) close();
    let group: BytesMessage[] = [];
    let bytes = 0;
    for await (const message of stream) {
      group.push(message);
      bytes += message.value?.length ?? 0;
      if (stream.readableLength > 0 && group.length < groupMessagesMax && bytes < groupBytesMax) continue;
      const records = await recordsOf(group, options);
      await patiently(async () => {
        if (records.length > 0) await spool.append(records);
      });
      if (stopping.aborted) break;
      await commit(group);
      onCommit();
      group = [];
      bytes = 0;
    }
  } catch (error) {
    if (isRefusedWith(error, "OFFSET_OUT_OF_RANGE")) await goOnWithOldest(consumer).catch(onFailedEnd);
    throw error;
  } finally {
    await new Promise<void>((resolve, reject) => {
      consumer.close(true, (error) => (error instanceof Error ? reject(error) : resolve()));
    }).catch(onFailedEnd);
  }
}

/**
 * Where the topic no longer holds what the group would read next, since it was kept for too short a time or made anew, no fetch would
 * ever succeed again. Only those partitions are moved: ids are not known for ever, so that what was read must not come twice.
 */
async function goOnWithOldest(consumer: Consumer): Promise<void> {
  const assigned = consumer.assignments ?? [];
  const topics = assigned.map(({ topic }) => topic);
  const committed = await consumer.listCommittedOffsets({ topics: assigned });
  const oldest = await consumer.listOffsets({ topics, timestamp: ListOffsetTimestamps.EARLIEST });
  const next = await consumer.listOffsets({ topics, timestamp: ListOffsetTimestamps.LATEST });
  const offsets = assigned.flatMap(({ topic, partitions }) =>
    partitions.flatMap((partition) => {
      const [at, from, to] = [committed, oldest, next].map((list) => list.get(topic)?.[partition]);
      if (at === undefined || from === undefined || to === undefined || (from <= at && at <= to)) return [];
      return [{ topic, partition, offset: from, leaderEpoch: -1 }];
    }),
  );
  if (offsets.length > 0) await consumer.commit({ offsets });
}

/** The last offset of each partition stands for those before. */
async function commit(group: readonly BytesMessage[]): Promise<void> {
  const last = new Map(group.map((message) => [`${message.topic}/${message.partition}`, message]));
  for (const message of last.values()) await message.commit();
}

async function recordsOf(group: readonly BytesMessage[], options: TopicsOptions): Promise<Buffer[]> {
  const records: Buffer[] = [];
  for (const topic of new Set(group.map((message) => message.topic))) {
    const readings: Pick<Reading, "exchanges" | "facts" | "refusals">[] = [];
    const ofTopic = group.filter((message) => message.topic === topic);
    for (const message of ofTopic) readings.push(await readMessage(message, options));
    const exchanges = readings.flatMap((reading) => reading.exchanges);
    const facts = readings.flatMap((reading) => reading.facts);
    const refusals = readings.flatMap((reading) => reading.refusals);
    records.push(...encodeReading(`Kafka topic ${topic}`, { exchanges, facts, refusals }));
  }
  return records;
}

/** A message without a value, which marks a key as deleted, holds nothing. */
async function readMessage(message: BytesMessage, options: TopicsOptions): Promise<Omit<Reading, "skipped">> {
  const { format, keys } = options;
  const { partition, offset, value } = message;
  const place = (reason: string): string => `partition ${partition}, offset ${offset}: ${reason}`;
  const nothing = { exchanges: [], facts: [], refusals: [] };
  if ((value?.length ?? 0) === 0) return nothing;
  try {
    const own = format === undefined ? {} : { format };
    const { exchanges, facts, refusals } = await readDelivery(heldFile("a message", value), { keys, ...own });
    return { exchanges, facts, refusals: refusals.map(({ line, reason }) => ({ line, reason: place(reason) })) };
  } catch (error) {
    if (!(error instanceof UnknownFormatError || error instanceof TooManyItemsError)) throw error;
    return { ...nothing, refusals: [{ line: 1, reason: place(error.message) }] };
  }
}
