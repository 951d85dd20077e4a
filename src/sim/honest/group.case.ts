import { expect, it } from "vitest";
import { z } from "zod";
import { seededRandom } from "../../kit/random.ts";
import { accountFactsSchema } from "../../model/account.ts";
import { messageSchema } from "../../model/exchange.ts";
import type { Draft } from "../traffic/source.ts";
import { emptyWorld } from "../world.case.ts";
import { HELD_OUT_LOOK_ALIKES } from "./held-out.ts";
import { LOOK_ALIKES } from "./look-alikes.ts";

const connectionSchema = z.object({ ip: z.string().optional(), user_agent: z.string().optional() });
const frameSchema = z.object({
  model: z.string(),
  system: z.string().optional(),
  params: z.object({ temperature: z.number().optional() }).optional(),
});

/** What one exchange of a group says. */
export interface Sent {
  readonly account: string;
  readonly timeMs: number;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
  readonly model: string;
  readonly system: string;
  readonly temperature: number | undefined;
  readonly messages: readonly string[];
  /** Who said each of the messages. */
  readonly roles: readonly string[];
  /** Tokens. */
  readonly output: number;
}

const world = emptyWorld(14);

/** A group of the greatest size, and what it sent over two weeks, in no order. */
export function group(name: string, seed: number) {
  const recipe = [...LOOK_ALIKES, ...HELD_OUT_LOOK_ALIKES].find((candidate) => candidate.name === name)!;
  const loads = Array.from({ length: recipe.size[1] }, () => 40);
  const { accounts, sources } = recipe.build(world, seededRandom(`${name}/${seed}`), loads);
  const sent: Sent[] = [];
  for (const source of sources) source.emit(Infinity, (draft) => sent.push(told(draft)));
  const facts = accounts.flatMap(({ record }) =>
    record === undefined ? [] : accountFactsSchema.parse(JSON.parse(record)),
  );
  return { accounts, sent, facts };
}

function told({ account, timeMs, connection, frame, call }: Draft): Sent {
  const { ip, user_agent: userAgent } = connectionSchema.parse(JSON.parse(`{${connection}}`));
  const { model, system = "", params } = frameSchema.parse(JSON.parse(`{${frame.json}}`));
  const said = call.messages.map(({ json }) => messageSchema.parse(JSON.parse(json)));
  return {
    account: account.id,
    timeMs,
    ip,
    userAgent,
    model,
    system,
    temperature: params?.temperature,
    messages: said.map(({ content }) => content),
    roles: said.map(({ role }) => role),
    output: call.answer.output,
  };
}

/** How many accounts hold each of the values. */
export function holders(sent: readonly Sent[], valueOf: (row: Sent) => string | undefined): Map<string, Set<string>> {
  const owners = new Map<string, Set<string>>();
  for (const row of sent) {
    const value = valueOf(row);
    if (value !== undefined) owners.set(value, (owners.get(value) ?? new Set()).add(row.account));
  }
  return owners;
}

export const most = (owners: ReadonlyMap<string, ReadonlySet<string>>): number =>
  Math.max(...[...owners.values()].map(({ size }) => size));

export const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

/** That the accounts of classes are honest, and send about what they are expected to. */
export function testUsual(classes: readonly string[]): void {
  it.each(classes)("%s sends about what it is expected to, and is honest", (name) => {
    for (const seed of SEEDS) {
      const { accounts, sent } = group(name, seed);
      expect(accounts.every(({ truth }) => truth.label === "honest" && truth.class === name)).toBe(true);
      const mean = sent.length / accounts.length;
      expect(mean, `seed ${seed}`).toBeGreaterThan(24);
      expect(mean, `seed ${seed}`).toBeLessThan(60);
    }
  });
}
