// Limits and defaults.
const STEPS = 260;
/** Pull towards the middle: keeps parts that are not tied together on the canvas. */
const GRAVITY = 0.06;
/** Nodes that are tied to nothing fly off; this share at either end is held at the edge, so that the rest fills the canvas. */
const STRAY_SHARE = 0.03;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Tie {
  /** Places in the list of nodes. */
  readonly from: number;
  readonly to: number;
  /** Above zero; only the proportions count. */
  readonly weight: number;
}

/**
 * Places nodes by forces (Fruchterman and Reingold 1991): all push each other off, ties pull, the step cools. It starts on a
 * sunflower spiral instead of at random, so the same graph always gives the same picture. O(steps x nodes^2): for a few
 * hundred nodes only. The result fills `width` x `height` up to the margin.
 */
export function forceLayout(
  nodes: number,
  ties: readonly Tie[],
  { width, height, margin }: { width: number; height: number; margin: number },
): Point[] {
  const x = new Float64Array(nodes);
  const y = new Float64Array(nodes);
  for (let i = 0; i < nodes; i++) {
    const radius = Math.sqrt((i + 0.5) / Math.max(1, nodes));
    x[i] = radius * Math.cos(i * GOLDEN_ANGLE);
    y[i] = radius * Math.sin(i * GOLDEN_ANGLE);
  }
  const heaviest = Math.max(...ties.map(({ weight }) => weight));
  const strengths = ties.map(({ from, to, weight }) => ({ from, to, weight: weight / heaviest }));
  const ideal = 1.6 / Math.sqrt(Math.max(1, nodes));
  for (let step = 0; step < STEPS; step++) relax(x, y, strengths, ideal, 0.14 * (1 - step / STEPS) ** 1.5);
  return fitInto(x, y, { width, height, margin });
}

/** One step: no node moves further than `reach`. */
function relax(x: Float64Array, y: Float64Array, ties: readonly Tie[], ideal: number, reach: number): void {
  const forceX = x.map((value) => -GRAVITY * value);
  const forceY = y.map((value) => -GRAVITY * value);
  for (let i = 0; i < x.length; i++) {
    for (let j = i + 1; j < x.length; j++) {
      const dx = x[i]! - x[j]!;
      const dy = y[i]! - y[j]!;
      const push = (ideal * ideal) / (dx * dx + dy * dy + 1e-6);
      forceX[i]! += dx * push;
      forceY[i]! += dy * push;
      forceX[j]! -= dx * push;
      forceY[j]! -= dy * push;
    }
  }
  for (const { from, to, weight } of ties) {
    const dx = x[to]! - x[from]!;
    const dy = y[to]! - y[from]!;
    const pull = (weight * Math.sqrt(dx * dx + dy * dy)) / ideal;
    forceX[from]! += dx * pull;
    forceY[from]! += dy * pull;
    forceX[to]! -= dx * pull;
    forceY[to]! -= dy * pull;
  }
  for (let i = 0; i < x.length; i++) {
    const length = Math.sqrt(forceX[i]! ** 2 + forceY[i]! ** 2);
    const scale = length > reach ? reach / length : 1;
    x[i]! += forceX[i]! * scale;
    y[i]! += forceY[i]! * scale;
  }
}

function fitInto(
  x: Float64Array,
  y: Float64Array,
  { width, height, margin }: { width: number; height: number; margin: number },
): Point[] {
  const place = (list: Float64Array, size: number): number[] => {
    const sorted = list.toSorted();
    const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
    const [low, high] = [at(STRAY_SHARE), at(1 - STRAY_SHARE)];
    const span = high - low;
    return Array.from(list, (value) => {
      const share = span === 0 ? 0.5 : (value - low) / span;
      return margin + Math.min(Math.max(share, 0), 1) * (size - 2 * margin);
    });
  };
  const placedX = place(x, width);
  const placedY = place(y, height);
  return placedX.map((value, i) => ({ x: value, y: placedY[i]! }));
}
