/**
 * Winograd's minimal filtering F(4x4, 3x3): A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", arXiv 1509.09308, with
 * the interpolation points 0, 1, -1, 2, -2 and infinity.
 *
 * A tile of 4 x 4 outputs reads 6 x 6 inputs: Y = A' [(G g G') . (B' d B)] A, 36 products in place of 144. The filter gradient of a tile is
 * the transpose in g: dg = G' [(A dY A') . (B' d B)] G, whose middle part may be summed over all tiles before G.
 */
import type { FunctionEncoder, Local } from './wasmEncoder';

/** Outputs along one side of a tile. */
export const TILE = 4;
/** Inputs along one side of a tile. */
export const PATCH = 6;
/** Products a tile. */
export const PRODUCTS = PATCH * PATCH;

/** G g: three taps at `from`, `step` apart, to six values at `to`. */
function spread(source: Float64Array, from: number, step: number, target: Float64Array, to: number): void {
  const first = source[from]!;
  const middle = source[from + step]!;
  const last = source[from + 2 * step]!;
  const outer = (first + last) / -6;
  const inner = first / 24 + last / 6;
  target[to] = first / 4;
  target[to + 1] = outer - middle / 6;
  target[to + 2] = outer + middle / 6;
  target[to + 3] = inner + middle / 12;
  target[to + 4] = inner - middle / 12;
  target[to + 5] = last;
}

/** G' p: six values at `from`, `step` apart, to three at `to`. */
function gather(source: Float64Array, from: number, step: number, target: Float64Array, to: number): void {
  const [p1, p2] = [source[from + step]!, source[from + 2 * step]!];
  const [p3, p4] = [source[from + 3 * step]!, source[from + 4 * step]!];
  target[to] = source[from]! / 4 - (p1 + p2) / 6 + (p3 + p4) / 24;
  target[to + 1] = (p2 - p1) / 6 + (p3 - p4) / 12;
  target[to + 2] = (p3 + p4 - p1 - p2) / 6 + source[from + 5 * step]!;
}

const half = new Float64Array(3 * PATCH);

/** G g G' of a 3 x 3 filter, in float64: taps [9] to products [36]. */
export function transformFilter(taps: Float64Array, products: Float64Array): void {
  for (let kx = 0; kx < 3; kx++) spread(taps, kx, 3, half, kx * PATCH);
  for (let row = 0; row < PATCH; row++) spread(half, row, PATCH, products, row * PATCH);
}

/** G' P G: products [36] to the 3 x 3 filter gradient, taps [9], in float64. */
export function transformFilterGradient(products: Float64Array, taps: Float64Array): void {
  for (let row = 0; row < PATCH; row++) gather(products, row * PATCH, 1, half, row * 3);
  for (let kx = 0; kx < 3; kx++) {
    gather(half, kx, 3, column, 0);
    for (let ky = 0; ky < 3; ky++) taps[ky * 3 + kx] = column[ky]!;
  }
}
const column = new Float64Array(3);

/** Emits the one-dimensional transforms on four channels at a time; its constants are set once, at the beginning of the function. */
export class TransformEmitter {
  private readonly constants = new Map<number, Local>();
  private readonly temporaries: readonly [Local, Local, Local, Local];

  constructor(private readonly f: FunctionEncoder) {
    const vector = () => f.local('v128');
    for (const value of [-5, -4, -2, 2, 4, 8]) {
      const local = vector();
      f.splat(local, value);
      this.constants.set(value, local);
    }
    this.temporaries = [vector(), vector(), vector(), vector()];
  }

  /** B' d: six inputs to six. `out` must not share locals with `d`. */
  input(d: readonly Local[], out: readonly Local[]): void {
    const { f } = this;
    const [d0, d1, d2, d3, d4, d5] = d as Six;
    const [o0, o1, o2, o3, o4, o5] = out as Six;
    const [a, b] = this.temporaries;
    f.fused(a, this.constant(-5), d2, d4).fused(o0, this.constant(4), d0, a);
    f.fused(a, this.constant(-4), d2, d4).fused(b, this.constant(-4), d1, d3);
    f.combine(o1, a, 'add', b).combine(o2, a, 'sub', b);
    f.combine(a, d4, 'sub', d2).combine(b, d3, 'sub', d1);
    f.fused(o3, this.constant(2), b, a).fused(o4, this.constant(-2), b, a);
    f.fused(a, this.constant(-5), d3, d5).fused(o5, this.constant(4), d1, a);
  }

  /** A' m: six products to four outputs. `out` must not share locals with `m`. */
  output(m: readonly Local[], out: readonly Local[]): void {
    const { f } = this;
    const [m0, m1, m2, m3, m4, m5] = m as Six;
    const [o0, o1, o2, o3] = out as Four;
    const [s1, s2, s3, s4] = this.temporaries;
    f.combine(s1, m1, 'add', m2).combine(s2, m1, 'sub', m2);
    f.combine(s3, m3, 'add', m4).combine(s4, m3, 'sub', m4);
    f.combine(o0, m0, 'add', s1).combine(o0, o0, 'add', s3);
    f.fused(o1, this.constant(2), s4, s2);
    f.fused(o2, this.constant(4), s3, s1);
    f.fused(o3, this.constant(8), s4, s2).combine(o3, o3, 'add', m5);
  }

  /** A y: four output gradients to six. `out` must not share locals with `y`. */
  outputGradient(y: readonly Local[], out: readonly Local[]): void {
    const { f } = this;
    const [y0, y1, y2, y3] = y as Four;
    const [o0, o1, o2, o3, o4, o5] = out as Six;
    const [a, b] = this.temporaries;
    f.get(y0).set(o0).get(y3).set(o5);
    f.combine(a, y0, 'add', y2).combine(b, y1, 'add', y3);
    f.combine(o1, a, 'add', b).combine(o2, a, 'sub', b);
    f.fused(a, this.constant(4), y2, y0);
    f.combine(b, y1, 'add', y1).fused(b, this.constant(8), y3, b);
    f.combine(o3, a, 'add', b).combine(o4, a, 'sub', b);
  }

  private constant(value: number): Local {
    return this.constants.get(value) as Local;
  }
}

type Four = readonly [Local, Local, Local, Local];
type Six = readonly [Local, Local, Local, Local, Local, Local];
