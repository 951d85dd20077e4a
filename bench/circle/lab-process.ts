import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { z } from "zod";
import { campaignSignalsSchema } from "../../src/model/campaign-signals.ts";
import {
  drawnSchema,
  itemSchema,
  knownSchema,
  nothingSchema,
  openedSchema,
  replySchema,
  statusSchema,
} from "./orders.ts";
import type { Drawn, Item, Order, Signals, Status } from "./orders.ts";

/** A lab in a process of its own, since the engine allows one data directory a process. */
export interface LabProcess {
  open(order: Omit<Extract<Order, { do: "open" }>, "do">): Promise<z.output<typeof openedSchema>>;
  advance(untilMs: number, stepMs: number): Promise<void>;
  exchange(nowMs: number): Promise<void>;
  status(): Promise<Status>;
  propose(person: string): Promise<Item>;
  react(to: string, answer: "seen" | "honest", person: string): Promise<Item>;
  retract(item: string, person: string): Promise<Item>;
  release(item: string, person: string): Promise<void>;
  signals(accounts: readonly string[]): Promise<Signals>;
  lie(signals: Signals, person: string): Promise<Item>;
  drawn(indicators: readonly string[]): Promise<Drawn>;
  known(width: number, color: boolean): Promise<string>;
  close(): Promise<void>;
}

/** @param script the compiled `lab-server.js`; the one beside this file where it is left out. */
export function startLab(script = fileURLToPath(new URL("lab-server.js", import.meta.url))): LabProcess {
  const child = fork(script, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ended = once(child, "exit");
  // It does one thing after the other, so that its replies come in the order of the orders.
  const waiting: ((message: unknown) => void)[] = [];
  child.on("message", (message) => waiting.shift()?.(message));
  async function order<Schema extends z.ZodType>(what: Order, schema: Schema): Promise<z.output<Schema>> {
    const message = new Promise<unknown>((done) => {
      waiting.push(done);
    });
    child.send(what);
    const reply = replySchema.parse(await Promise.race([message, ended.then(() => ({ error: "it has ended" }))]));
    if ("error" in reply) throw new Error(`a lab could not ${what.do}: ${reply.error}`);
    return schema.parse(reply.answer);
  }
  const obey = async (what: Order): Promise<void> => void (await order(what, nothingSchema));
  return {
    open: (given) => order({ do: "open", ...given }, openedSchema),
    advance: (untilMs, stepMs) => obey({ do: "advance", untilMs, stepMs }),
    exchange: (nowMs) => obey({ do: "exchange", nowMs }),
    status: () => order({ do: "status" }, statusSchema),
    propose: (person) => order({ do: "propose", person }, itemSchema),
    react: (to, answer, person) => order({ do: "react", to, answer, person }, itemSchema),
    retract: (item, person) => order({ do: "retract", item, person }, itemSchema),
    release: (item, person) => obey({ do: "release", item, person }),
    signals: (accounts) => order({ do: "signals", accounts: [...accounts] }, campaignSignalsSchema),
    lie: (signals, person) => order({ do: "lie", signals, person }, itemSchema),
    drawn: (indicators) => order({ do: "drawn", indicators: [...indicators] }, drawnSchema),
    known: async (width, color) => (await order({ do: "known", width, color }, knownSchema)).text,
    async close() {
      if (child.exitCode !== null) return;
      await obey({ do: "close" });
      child.disconnect();
      await ended;
    },
  };
}
