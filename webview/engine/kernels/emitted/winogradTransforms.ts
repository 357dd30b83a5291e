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

/** Emits the one-dimensional transforms of filters on four of them at a time; its constants are set once, at the beginning of the function. */
export class FilterTransformEmitter {
  private readonly constants: (value: number) => Local;
  private readonly temporaries: readonly [Local, Local];

  constructor(private readonly f: FunctionEncoder) {
    this.constants = splatted(f, [1 / 4, 1 / 6, -1 / 6, 1 / 12, -1 / 12, 1 / 24]);
    this.temporaries = [f.local('v128'), f.local('v128')];
  }

  /** G g: three taps to six. `out` must not share locals with `taps`. */
  filter(taps: readonly Local[], out: readonly Local[]): void {
    const { f, constants } = this;
    const [first, middle, last] = taps as Three;
    const [o0, o1, o2, o3, o4, o5] = out as Six;
    const [outer, inner] = this.temporaries;
    f.combine(o0, first, 'mul', constants(1 / 4));
    f.combine(outer, first, 'add', last).combine(outer, outer, 'mul', constants(-1 / 6));
    f.fused(o1, middle, constants(-1 / 6), outer).fused(o2, middle, constants(1 / 6), outer);
    f.combine(inner, last, 'mul', constants(1 / 6)).fused(inner, first, constants(1 / 24), inner);
    f.fused(o3, middle, constants(1 / 12), inner).fused(o4, middle, constants(-1 / 12), inner);
    f.get(last).set(o5);
  }

  /** G' p: six sums of products to three taps. `out` must not share locals with `sums`. */
  filterGradient(sums: readonly Local[], out: readonly Local[]): void {
    const { f, constants } = this;
    const [p0, p1, p2, p3, p4, p5] = sums as Six;
    const [o0, o1, o2] = out as Three;
    const [near, far] = this.temporaries;
    f.combine(near, p2, 'sub', p1).combine(far, p3, 'sub', p4);
    f.combine(o1, near, 'mul', constants(1 / 6)).fused(o1, far, constants(1 / 12), o1);
    f.combine(near, p1, 'add', p2).combine(far, p3, 'add', p4);
    f.combine(o0, p0, 'mul', constants(1 / 4)).fused(o0, near, constants(-1 / 6), o0);
    f.fused(o0, far, constants(1 / 24), o0);
    f.combine(near, far, 'sub', near).fused(o2, near, constants(1 / 6), p5);
  }
}

/** Emits the one-dimensional transforms of images on four channels at a time; constants as in FilterTransformEmitter. */
export class TransformEmitter {
  private readonly constant: (value: number) => Local;
  private readonly temporaries: readonly [Local, Local, Local, Local];

  constructor(private readonly f: FunctionEncoder) {
    const vector = () => f.local('v128');
    this.constant = splatted(f, [-5, -4, -2, 2, 4, 8]);
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
}

/** A one-dimensional transform to `to` values. */
export interface LineTransform {
  to: number;
  apply(line: readonly Local[], out: readonly Local[]): void;
}

/** Emits transforms of the columns, then of the rows of a plane of values; neither has more than PATCH of them. */
export class PlaneEmitter {
  /** A row or column on its way in and out. */
  private readonly line: Local[];
  private readonly transformed: Local[];
  /** All values after the first pass. */
  private readonly between: Local[];

  constructor(f: FunctionEncoder) {
    const vectors = (length: number) => Array.from({ length }, () => f.local('v128'));
    this.line = vectors(PATCH);
    this.transformed = vectors(PATCH);
    this.between = vectors(PRODUCTS);
  }

  /** `load` leaves a value on the stack. A transform that is not given is the identity. */
  emit(
    plane: { rows: number; columns: number },
    load: (y: number, x: number) => FunctionEncoder,
    transforms: { ofColumns?: LineTransform | undefined; ofRows?: LineTransform | undefined },
    store: (y: number, x: number, value: Local) => void,
  ): void {
    const { line, transformed, between } = this;
    const { ofColumns, ofRows } = transforms;
    const rows = ofColumns?.to ?? plane.rows;
    const at = (y: number, x: number) => between[y * PATCH + x] as Local;
    for (let x = 0; x < plane.columns; x++) {
      for (let y = 0; y < plane.rows; y++) load(y, x).set(ofColumns ? (line[y] as Local) : at(y, x));
      ofColumns?.apply(
        line,
        Array.from({ length: rows }, (_, y) => at(y, x)),
      );
    }
    for (let y = 0; y < rows; y++) {
      const row = between.slice(y * PATCH, y * PATCH + plane.columns);
      ofRows?.apply(row, transformed);
      const out = ofRows ? transformed.slice(0, ofRows.to) : row;
      out.forEach((value, x) => store(y, x, value));
    }
  }
}

/** Locals whose lanes all hold one of `values`, by value. */
export function splatted(f: FunctionEncoder, values: readonly number[]): (value: number) => Local {
  const locals = new Map(
    values.map((value) => {
      const local = f.local('v128');
      f.splat(local, value);
      return [value, local];
    }),
  );
  return (value) => locals.get(value) as Local;
}

type Three = readonly [Local, Local, Local];
type Four = readonly [Local, Local, Local, Local];
type Six = readonly [Local, Local, Local, Local, Local, Local];
