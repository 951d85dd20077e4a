import { sql } from "../../store/sql.ts";

/** A hash cut to 32 bits still tells templates, models and parameters apart. */
export const cut = sql`4294967291`;

/** Of a task that has no value. */
export const noCode = 2 ** 32 - 1;

/** One value of each task as a small number, so that what is counted by value is an array. */
export class Codes {
  /** By task. */
  readonly of: Uint32Array;
  /** By code. */
  readonly values: number[];
  readonly #codes: Map<number, number>;

  /** @param first values that have the first codes, whether a task has them or not */
  constructor(tasks: number, first: readonly number[] = []) {
    this.of = new Uint32Array(tasks).fill(noCode);
    this.values = [...first];
    this.#codes = new Map(first.map((value, code) => [value, code]));
  }

  set(task: number, value: number): void {
    let code = this.#codes.get(value);
    if (code === undefined) {
      code = this.values.push(value) - 1;
      this.#codes.set(value, code);
    }
    this.of[task] = code;
  }
}
