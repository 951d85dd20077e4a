/*
 * A server answers requests and computes in one thread. What computes for long gives way again and again, and what is waiting then goes
 * on one at a time: a request waits for one stretch of work, however many there are. By the machine's clock, which is not injected: it
 * says when work goes on, and never what comes of it.
 */

// Limits.
/** All work together goes on for so long before requests have their turn (milliseconds). */
const turnMsMax = 4;
/** To look at the clock takes as long as a short step: in loops of many, it is looked at once in so many. */
const stepsPerLook = 256;

const waiting: (() => void)[] = [];
let turnStartMs = Number.NEGATIVE_INFINITY;

/** Whether it is the others' turn: asked at every step of whatever may take long. @param step its number, where they are many and short */
export const isTurnOver = (step = 0): boolean =>
  step % stepsPerLook === 0 && performance.now() - turnStartMs >= turnMsMax;

/** Resolves once others have had their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((done) => {
    if (waiting.push(done) === 1) setImmediate(beginTurn);
  });
}

function beginTurn(): void {
  turnStartMs = performance.now();
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(beginTurn);
}

/** The items, while others have their turns in between. */
export async function* inTurns<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item> {
  for await (const item of items) {
    if (isTurnOver()) await nextTurn();
    yield item;
  }
}

/** What is made of each item, in order. */
export async function mapInTurns<Item, Made>(items: Iterable<Item>, make: (item: Item) => Made): Promise<Made[]> {
  const all: Made[] = [];
  for (const item of items) {
    if (isTurnOver()) await nextTurn();
    all.push(make(item));
  }
  return all;
}
