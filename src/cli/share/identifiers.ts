import { readFileSync, statSync } from "node:fs";
import { UserError } from "../../kit/user-error.ts";
import { canonicalIdentifier, identifierKinds } from "../../share/overlap/identifier.ts";
import type { Identifier } from "../../share/overlap/identifier.ts";

// Limits.
/** More than a set of an overlap may have. */
const fileBytesMax = 64 * 2 ** 20;

/**
 * Reads a file of identifiers, one a line as `kind:value`; empty lines are passed over. Throws a `UserError` with the number of a line that
 * is none, and never with what stands there.
 */
export function readIdentifiers(path: string): Identifier[] {
  const identifiers = readText(path)
    .split("\n")
    .flatMap((line, index) => (line.trim() === "" ? [] : [identifierOf(line, index + 1)]));
  if (identifiers.length > 0) return identifiers;
  throw new UserError(`${path} holds no identifier`, "write one a line: its kind, a colon, and it");
}

function readText(path: string): string {
  try {
    if (statSync(path).size <= fileBytesMax) return readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(`${path} can't be read`, "give a file of identifiers, one a line", { cause: error });
  }
  throw new UserError(`${path} is over ${fileBytesMax} bytes`);
}

function identifierOf(line: string, number: number): Identifier {
  const [, name, value = ""] = /^\s*([\w-]+):(.*)$/su.exec(line) ?? [];
  const kind = identifierKinds.find((one) => one === name);
  if (kind === undefined) {
    throw new UserError(
      `line ${number} names no kind of identifier`,
      `begin it with one of: ${identifierKinds.join(", ")}`,
    );
  }
  const identifier = canonicalIdentifier(kind, value);
  if (identifier !== null) return identifier;
  throw new UserError(`line ${number} is no ${kind}`, "see docs/overlap.md for the forms that there are");
}
