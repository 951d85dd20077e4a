import { integers, join, sql, texts } from "../../store/sql.ts";
import type { Sql } from "../../store/sql.ts";
import { withMarkedWords } from "./literals.ts";
import type { Term } from "./term.ts";

// Limits.
/** An automaton is compiled by one core, and each goes over the text once: so many share the expressions. */
const expressionAutomata = 2;

/** Patterns that the engine compiles together. */
interface Automaton {
  /** Whether it looks for plain texts, in a text whose words are marked, or for expressions in the text as it is. */
  readonly marked: boolean;
  readonly patterns: readonly string[];
  /** The position of each pattern's term. */
  readonly terms: readonly number[];
}

/** What could be written out is found by an automaton of plain texts, the rest by automata of expressions. */
function automataOf(terms: readonly Term[]): Automaton[] {
  const plain = terms.flatMap(({ literals }, term) => literals.map((literal) => ({ pattern: escaped(literal), term })));
  const rest = terms.flatMap(({ expression }, term) => (expression === null ? [] : [{ pattern: expression, term }]));
  const shares = Array.from({ length: expressionAutomata }, (_, share) =>
    rest.filter((_entry, index) => index % expressionAutomata === share),
  );
  return [plain, ...shares]
    .map((entries) => ({
      marked: entries === plain,
      patterns: entries.map(({ pattern }) => pattern),
      terms: entries.map(({ term }) => term),
    }))
    .filter(({ patterns }) => patterns.length > 0);
}

const escaped = (literal: string): string => literal.replaceAll(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`);

/** Of a text, an expression of UInt128: bit t says that it holds term t. */
export function termMatcher(terms: readonly Term[]): (text: Sql) => Sql {
  // Bound here, so that a statement carries them once however many texts it looks at.
  const automata = automataOf(terms).map((one) => ({
    marked: one.marked,
    patterns: texts(one.patterns),
    terms: integers(one.terms),
  }));
  const found = (text: Sql, { marked, patterns, terms: ofPattern }: (typeof automata)[number]): Sql => sql`
    arrayReduce('groupBitOr', arrayMap(pattern -> bitShiftLeft(toUInt128(1), toUInt8(${ofPattern}[pattern])),
      multiMatchAllIndices(${marked ? withMarkedWords(text) : text}, ${patterns})))`;
  return (text) => automata.reduce((bits, one) => sql`bitOr(${bits}, ${found(text, one)})`, sql`toUInt128(0)`);
}

/**
 * A statement that has the engine compile all terms, each automaton on a core of its own: of an array that is no constant the
 * patterns are compiled when it is read, those of a constant one after the other while the statement is being planned.
 */
export function compilation(terms: readonly Term[]): Sql {
  const statements = automataOf(terms).map(
    ({ patterns }) => sql`SELECT length(multiMatchAllIndices(materialize('-'), patterns)) AS found
      FROM (SELECT materialize(${texts(patterns)}) AS patterns)`,
  );
  return join([sql`SELECT 0 AS found`, ...statements], sql` UNION ALL `);
}
