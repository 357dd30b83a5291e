/**
 * Puts points in a line so that neighbours are alike: Ward's clustering by nearest-neighbour chains (F. Murtagh, 1983), whose subtrees are then turned so
 * that ends which meet are close (N. Gruvaeus and H. Wainer, 1972). Time is bounded: many dimensions are projected to few (W. Johnson and
 * J. Lindenstrauss, 1984), and many points are first laid along their main axis and clustered in pieces.
 */
import { createRandom } from '../data/random';

const MOST_DIMENSIONS = 16;
const MOST_POINTS = 1024;
const POWER_STEPS = 12;

interface Points {
  /** Row-major [count, size]. */
  values: Float64Array;
  size: number;
}

interface Cluster {
  /** Indices of points, in their order. */
  leaves: number[];
  /** [size]. */
  center: Float64Array;
}

/**
 * Indices of the points in their order along the line, [count].
 *
 * @param values row-major [count, dimensions]
 */
export function clusterOrder(values: Float64Array, count: number): Uint32Array {
  if (count < 3 || values.length === 0) return Uint32Array.from({ length: count }, (_, index) => index);
  const points = projected({ values, size: values.length / count }, count);
  const alongAxis = count > MOST_POINTS ? orderAlongMainAxis(points, count) : [...Array(count).keys()];
  const order: number[] = [];
  for (let start = 0; start < count; start += MOST_POINTS) {
    const piece = orderCluster(points, alongAxis.slice(start, start + MOST_POINTS));
    const last = order.at(-1);
    const isTurned =
      last !== undefined && distance(points, last, piece.at(-1)!) < distance(points, last, piece[0]!);
    order.push(...(isTurned ? piece.reverse() : piece));
  }
  return Uint32Array.from(order);
}

/** Random signs keep distances well enough for neighbours; the same ones every time. */
function projected(points: Points, count: number): Points {
  const { values, size } = points;
  if (size <= MOST_DIMENSIONS) return points;
  const random = createRandom(0, 'seriation');
  const signs = Float64Array.from({ length: size * MOST_DIMENSIONS }, () =>
    random.uniform() < 0.5 ? -1 : 1,
  );
  const result = new Float64Array(count * MOST_DIMENSIONS);
  for (let point = 0; point < count; point++) {
    const into = point * MOST_DIMENSIONS;
    for (let from = 0; from < size; from++) {
      const value = values[point * size + from]!;
      for (let to = 0; to < MOST_DIMENSIONS; to++)
        result[into + to]! += value * signs[from * MOST_DIMENSIONS + to]!;
    }
  }
  return { values: result, size: MOST_DIMENSIONS };
}

/** By power iteration on the points as they are: channel profiles have a mean near zero. */
function orderAlongMainAxis({ values, size }: Points, count: number): number[] {
  const random = createRandom(0, 'main axis');
  let axis = Float64Array.from({ length: size }, () => random.uniform() - 0.5);
  const places = new Float64Array(count);
  for (let step = 0; step < POWER_STEPS; step++) {
    const next = new Float64Array(size);
    for (let point = 0; point < count; point++) {
      let place = 0;
      for (let at = 0; at < size; at++) place += values[point * size + at]! * axis[at]!;
      places[point] = place;
      for (let at = 0; at < size; at++) next[at]! += place * values[point * size + at]!;
    }
    const length = Math.hypot(...next);
    if (length === 0) break;
    axis = next.map((part) => part / length);
  }
  return [...places.keys()].sort((one, other) => places[one]! - places[other]! || one - other);
}

function orderCluster(points: Points, members: readonly number[]): number[] {
  const { values, size } = points;
  const clusters: (Cluster | null)[] = members.map((point) => ({
    leaves: [point],
    center: values.slice(point * size, (point + 1) * size),
  }));
  const alive = clusters.map((_, index) => index);
  const chain: number[] = [];
  while (alive.length > 1) {
    if (chain.length === 0) chain.push(alive[0]!);
    const top = chain.at(-1)!;
    const below = chain.at(-2);
    const nearest = nearestTo(top, below, clusters, alive);
    if (nearest !== below) {
      chain.push(nearest);
      continue;
    }
    chain.length -= 2;
    const [kept, gone] = top < nearest ? [top, nearest] : [nearest, top];
    clusters[kept] = joined(clusters[kept]!, clusters[gone]!, points);
    clusters[gone] = null;
    alive.splice(alive.indexOf(gone), 1);
  }
  return clusters[alive[0]!]!.leaves;
}

/** The one below in the chain wins a draw, or the chain would go round. */
function nearestTo(
  from: number,
  below: number | undefined,
  clusters: readonly (Cluster | null)[],
  alive: readonly number[],
): number {
  let nearest = below;
  let least = below === undefined ? Infinity : wardDistance(clusters[from]!, clusters[below]!, Infinity);
  for (const other of alive) {
    if (other === from || other === below) continue;
    const found = wardDistance(clusters[from]!, clusters[other]!, least);
    if (found < least) {
      least = found;
      nearest = other;
    }
  }
  // Distances that are no numbers leave the first other one.
  return nearest ?? alive.find((other) => other !== from)!;
}

/** Growth of the sum of squares if both become one; anything from `bound` up is as good as infinite. */
function wardDistance(one: Cluster, other: Cluster, bound: number): number {
  const weight = (one.leaves.length * other.leaves.length) / (one.leaves.length + other.leaves.length);
  const most = bound / weight;
  let squares = 0;
  for (let at = 0; at < one.center.length && squares < most; at++) {
    const apart = one.center[at]! - other.center[at]!;
    squares += apart * apart;
  }
  return squares * weight;
}

function joined(one: Cluster, other: Cluster, points: Points): Cluster {
  const parts = { one: one.leaves.length, other: other.leaves.length };
  const center = one.center.map(
    (value, at) => (value * parts.one + other.center[at]! * parts.other) / (parts.one + parts.other),
  );
  const [a, b, c, d] = [one.leaves[0]!, one.leaves.at(-1)!, other.leaves[0]!, other.leaves.at(-1)!];
  const ways = [
    { turnOne: false, turnOther: false, gap: distance(points, b, c) },
    { turnOne: true, turnOther: false, gap: distance(points, a, c) },
    { turnOne: false, turnOther: true, gap: distance(points, b, d) },
    { turnOne: true, turnOther: true, gap: distance(points, a, d) },
  ];
  const best = ways.reduce((least, way) => (way.gap < least.gap ? way : least));
  if (best.turnOne) one.leaves.reverse();
  if (best.turnOther) other.leaves.reverse();
  return { leaves: one.leaves.concat(other.leaves), center };
}

function distance({ values, size }: Points, one: number, other: number): number {
  let squares = 0;
  for (let at = 0; at < size; at++) {
    const apart = values[one * size + at]! - values[other * size + at]!;
    squares += apart * apart;
  }
  return squares;
}
