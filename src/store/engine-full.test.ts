import { expect, it } from "vitest";
import { EngineFullError, rethrowFull } from "./engine-full.ts";

const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code });
const thrownFor = (error: unknown): unknown => {
  try {
    return rethrowFull(error);
  } catch (thrown) {
    return thrown;
  }
};

it.each([
  failure("243", "Cannot reserve 1.00 MiB, not enough space. "),
  failure("75", "Cannot write to file: /data/tmp, errno: 28, strerror: No space left on device. "),
  failure("ENOSPC", "ENOSPC: no space left on device, write"),
])("takes %s for a full disk", (error) => {
  expect(thrownFor(error)).toBeInstanceOf(EngineFullError);
  expect(thrownFor(error)).toHaveProperty("cause", error);
});

it("does not take what a line says for it", () => {
  const error = failure("27", "Cannot parse input: 'errno: 28, strerror: No space left on device'. ");
  expect(thrownFor(error)).toBe(error);
  expect(thrownFor("full")).toBe("full");
});
