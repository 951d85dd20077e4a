import { once } from "node:events";
import { expect, it } from "vitest";
import { createPlaces } from "./places.ts";

it("there is room for so much at once, and again where something ended, well or not", async () => {
  const places = createPlaces(2);
  const gate = new EventTarget();
  const first = places.take(() => once(gate, "first"));
  const second = places.take(async () => {
    await once(gate, "second");
    throw new Error("failed");
  });
  expect(places.take(() => Promise.resolve("no room"))).toBeNull();
  gate.dispatchEvent(new Event("first"));
  await first;
  expect(await places.take(() => Promise.resolve("room"))).toBe("room");
  gate.dispatchEvent(new Event("second"));
  await expect(second).rejects.toThrow("failed");
  expect([1, 2].map(() => places.take(() => Promise.resolve()))).not.toContain(null);
});
