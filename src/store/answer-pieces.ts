import { Readable } from "node:stream";
import type { ClickHouseClientConfigOptions } from "@clickhouse/client";
import { inTurns } from "../kit/turns.ts";

export type Connection = NonNullable<ClickHouseClientConfigOptions["connection"]>;

// Limits.
/** Of an answer of the embedded engine, which comes whole, the client splits so much into rows in one go. */
const answerPieceBytes = 64 * 2 ** 10;

/** The connection, but that its answers come piece by piece, with turns of others in between. */
export function answeringInPieces(connection: Connection): Connection {
  const query = connection.query.bind(connection);
  // The connection keeps what is its own in private fields, which a wrapper around it would not have.
  return Object.assign(connection, {
    async query(params: Parameters<typeof query>[0]): ReturnType<typeof query> {
      const answer = await query(params);
      return { ...answer, stream: Readable.from(inTurns(piecesOf(answer.stream))) };
    },
  });
}

async function* piecesOf(answer: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const bytes of answer)
    for (let at = 0; at < bytes.length; at += answerPieceBytes) yield bytes.subarray(at, at + answerPieceBytes);
}
