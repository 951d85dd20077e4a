import { UserError } from "../../kit/user-error.ts";
import type { Store } from "../../store/engine.ts";
import { integer, integers, join, sql, texts } from "../../store/sql.ts";
import type { Sql } from "../../store/sql.ts";
import type { Expression } from "./expression.ts";
import type { Intent, IntentPack } from "./pack.ts";

// Limits: what of a text is looked at. A template's own words stand at its ends, its filling in between.
const headCharactersMax = 4_000;
const tailCharactersMax = 1_000;

/**
 * The text that is matched: of the system prompt and the first user message together at most the first 4,000 and the last
 * 1,000 characters. It is valid UTF-8 even where the columns are not: the automaton's answer is undefined otherwise.
 */
export function intentHaystack(system: Sql, opening: Sql): Sql {
  const whole = sql`concat(${system}, '\n', ${opening})`;
  const ends = sql`if(lengthUTF8(${whole}) <= ${integer(headCharactersMax + tailCharactersMax)}, ${whole},
    concat(leftUTF8(${whole}, ${integer(headCharactersMax)}), '\n', rightUTF8(${whole}, ${integer(tailCharactersMax)})))`;
  return sql`if(isValidUTF8(${whole}), ${ends}, toValidUTF8(${ends}))`;
}

/** UInt32: bit i says that the haystack (a String expression, evaluated once) shows `pack.intents[i]`. */
export function intentMask(haystack: Sql, pack: IntentPack): Sql {
  const signs = pack.intents.flatMap((intent) => intent.signs);
  const sources = signs.flatMap((sign) => sign.expressions.map((expression) => expression.source));
  const signOfSource = signs.flatMap((sign, index) => sign.expressions.map(() => index));
  // One pass of the automaton gives the matching expressions; their signs become bits, and whole columns of bits are compared.
  const shown = sql`arrayReduce('groupBitOr', arrayMap(
    source -> bitShiftLeft(toUInt64(1), toUInt8(arrayElement(${integers(signOfSource)}, source))),
    multiMatchAllIndices(${haystack}, ${texts(sources)})))`;
  let firstSign = 0;
  const bits = pack.intents.map((intent, bit) => {
    const term = sql`bitShiftLeft(toUInt32(${isShown(intent, firstSign)}), toUInt8(${integer(bit)}))`;
    firstSign += intent.signs.length;
    return term;
  });
  return sql`arrayElement(arrayMap(signs -> toUInt32(${join(bits, sql` + `)}), [${shown}]), 1)`;
}

/** Signs count through the whole pack; `firstSign` is the number of the intent's first. */
function isShown(intent: Intent, firstSign: number): Sql {
  const sets = intent.shownBy.map((set) => {
    const positions = set.map((position) => sql`toUInt8(${integer(firstSign + position)})`);
    return sql`bitTestAll(signs, ${join(positions, sql`, `)})`;
  });
  return sql`(${join(sets, sql` OR `)})`;
}

/**
 * Lets the engine compile every pattern, so that one it refuses (too large, too slow) stops the start and not an ingest.
 * Throws a `UserError` that names the pattern's place.
 */
export async function compileInEngine(store: Store, pack: IntentPack): Promise<void> {
  try {
    await store.rows(sql`SELECT ${intentMask(sql`''`, pack)} AS mask`);
    return;
  } catch (error) {
    for (const intent of pack.intents) {
      for (const sign of intent.signs) {
        for (const expression of sign.expressions) await compileOne(store, expression);
      }
    }
    throw error;
  }
}

async function compileOne(store: Store, expression: Expression): Promise<void> {
  try {
    await store.rows(sql`SELECT multiMatchAllIndices('', ${texts([expression.source])}) AS matched`);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(": ")[0] ?? "") : String(error);
    throw new UserError(`${expression.place}: the engine refuses this pattern: ${reason}`, "make it shorter or its gaps narrower", {
      cause: error,
    });
  }
}
