// The process of one lab: does what it is told over the channel to its parent, one thing after the other, and ends with it.
import { createSerial } from "../../src/decide/desk/serial.ts";
import { assertNever } from "../../src/kit/assert.ts";
import { openLab } from "./lab.ts";
import type { Lab } from "./lab.ts";
import { known, propose, react, release, retract, statusOf } from "./lab-staff.ts";
import { drawnBy, signalsOf, tellLie } from "./lie.ts";
import { orderSchema } from "./orders.ts";
import type { Order } from "./orders.ts";

let opened: Lab | null = null;
const serial = createSerial();

process.on("message", (message) => void serial(() => reply(message)));
process.on("disconnect", () => process.exit());

async function reply(message: unknown): Promise<void> {
  try {
    process.send?.({ answer: await obey(orderSchema.parse(message)) });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

async function obey(order: Order): Promise<object> {
  switch (order.do) {
    case "open":
      opened = await openLab(order);
      return { port: opened.port };
    case "close":
      await opened?.close();
      return {};
    case "advance":
    case "exchange":
    case "status":
    case "propose":
    case "react":
    case "retract":
    case "release":
    case "signals":
    case "lie":
    case "drawn":
    case "known":
      if (opened === null) throw new Error("the lab is not open");
      return obeyIn(opened, order);
    default:
      return assertNever(order, "order");
  }
}

async function obeyIn(lab: Lab, order: Exclude<Order, { do: "open" | "close" }>): Promise<object> {
  switch (order.do) {
    case "advance":
      await lab.advance(order.untilMs, order.stepMs);
      return {};
    case "exchange":
      await lab.exchange(order.nowMs);
      return {};
    case "status":
      return statusOf(lab);
    case "propose":
      return propose(lab, order.person);
    case "react":
      return react(lab, order.to, order.answer, order.person);
    case "retract":
      return retract(lab, order.item, order.person);
    case "release":
      await release(lab, order.item, order.person);
      return {};
    case "signals":
      return signalsOf(lab, order.accounts);
    case "lie":
      return tellLie(lab, order.signals, order.person);
    case "drawn":
      return drawnBy(lab, order.indicators);
    case "known":
      return { text: await known(lab, order.width, order.color) };
    default:
      return assertNever(order, "order");
  }
}
