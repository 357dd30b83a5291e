/**
 * A 3 x 3 convolution of stride 2 reads even and odd rows and columns with different taps: 2 x 2 of them where both are even, 2 where one is, 1 where none
 * is. Each is a small convolution of stride 1; those of two taps are done by Winograd's minimal filtering F(4, 2) (A. Lavin, S. Gray, arXiv
 * 1509.09308) with the interpolation points 0, 1, -1, 2 and infinity: five products for four outputs in place of eight.
 *
 * A tile of 4 x 4 outputs so takes 5 x 5 + 5 x 4 + 4 x 5 + 4 x 4 = 81 products a pair of channels in place of 144.
 */
import type { FunctionEncoder, Local } from './wasmEncoder';
import { splatted } from './winogradTransforms';

/** Outputs along one side of a tile. */
export const TILE = 4;
/** Products of a line of two taps. */
export const LINE = 5;
/** Matrices of transformed weights: LINE x LINE, LINE for even rows, LINE for even columns, 1. */
export const MATRICES = LINE * LINE + 2 * LINE + 1;

/** Emits the one-dimensional transforms on four channels at a time; constants are set once, at the beginning of the function. */
export class PolyphaseEmitter {
  private readonly constant: (value: number) => Local;
  private readonly temporaries: readonly [Local, Local];

  constructor(private readonly f: FunctionEncoder) {
    this.constant = splatted(f, [-3, -2, 2, 4, 8]);
    this.temporaries = [f.local('v128'), f.local('v128')];
  }

  /** B' d: five inputs to five. `out` must not share locals with `d`. */
  input(d: readonly Local[], out: readonly Local[]): void {
    const { f, constant } = this;
    const [d0, d1, d2, d3, d4] = d as Five;
    const [o0, o1, o2, o3, o4] = out as Five;
    const [a] = this.temporaries;
    f.combine(o3, d3, 'sub', d1);
    f.combine(a, d0, 'sub', d2).fused(o0, constant(2), a, o3);
    f.combine(a, d3, 'sub', d2).fused(o1, constant(-2), d1, a);
    f.fused(a, constant(2), d1, d3).fused(o2, constant(-3), d2, a);
    f.combine(a, d4, 'sub', d2).fused(o4, constant(-2), o3, a);
  }

  /** A' m: five products to four outputs. `out` must not share locals with `m`. */
  output(m: readonly Local[], out: readonly Local[]): void {
    const { f, constant } = this;
    const [m0, m1, m2, m3, m4] = m as Five;
    const [o0, o1, o2, o3] = out as Four;
    const [sum, difference] = this.temporaries;
    f.combine(sum, m1, 'add', m2).combine(difference, m1, 'sub', m2);
    f.combine(o0, m0, 'add', sum).combine(o0, o0, 'add', m3);
    f.fused(o1, constant(2), m3, difference);
    f.fused(o2, constant(4), m3, sum);
    f.fused(o3, constant(8), m3, difference).combine(o3, o3, 'add', m4);
  }

  /** A y: four output gradients to five. `out` must not share locals with `y`. */
  outputGradient(y: readonly Local[], out: readonly Local[]): void {
    const { f, constant } = this;
    const [y0, y1, y2, y3] = y as Four;
    const [o0, o1, o2, o3, o4] = out as Five;
    const [a, b] = this.temporaries;
    f.get(y0).set(o0).get(y3).set(o4);
    f.combine(a, y0, 'add', y2).combine(b, y1, 'add', y3);
    f.combine(o1, a, 'add', b).combine(o2, a, 'sub', b);
    f.fused(a, constant(4), y2, y0).fused(a, constant(2), y1, a).fused(o3, constant(8), y3, a);
  }
}

/** G k of two taps, `step` apart from `from`, to five values `stride` apart from `to`. */
export function spreadTaps(
  source: Float64Array,
  from: number,
  step: number,
  target: Float64Array,
  to: number,
  stride: number,
): void {
  const [first, second] = [source[from]!, source[from + step]!];
  target[to] = first / 2;
  target[to + stride] = (first + second) / -2;
  target[to + 2 * stride] = (second - first) / 6;
  target[to + 3 * stride] = first / 6 + second / 3;
  target[to + 4 * stride] = second;
}

/** G' p of five values, `step` apart from `from`, to two taps `stride` apart from `to`. */
export function gatherTaps(
  source: Float64Array,
  from: number,
  step: number,
  target: Float64Array,
  to: number,
  stride: number,
): void {
  const at = (index: number) => source[from + index * step]!;
  target[to] = at(0) / 2 - at(1) / 2 - at(2) / 6 + at(3) / 6;
  target[to + stride] = at(2) / 6 - at(1) / 2 + at(3) / 3 + at(4);
}

type Four = readonly [Local, Local, Local, Local];
type Five = readonly [Local, Local, Local, Local, Local];
