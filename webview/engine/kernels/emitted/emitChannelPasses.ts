/**
 * Passes over one image [pixels, C] with coefficients a channel: what batch normalisation, squeeze-and-excitation, the residual addition and
 * ReLU come down to once the sums over the batch are known.
 *
 * xc = x - mean in all of them: a x + b with a b that holds the mean would lose digits in channels far from zero.
 */
import { FLOAT } from './convGeometry';
import { FunctionEncoder, type Local } from './wasmEncoder';

/** Channels' coefficients lie one array [C] after the other, in this order. */
export const COEFFICIENTS = ['mean', 'scale', 'offset', 'slope', 'constant', 'curve'] as const;
export type Coefficient = (typeof COEFFICIENTS)[number];

export interface PassShape {
  pixels: number;
  channels: number;
  relu: boolean;
  residual: boolean;
}

/** Channels that one loop over the pixels handles: a cache line. */
const BLOCK_VECTORS = 4;

/** statistics(x, coefficients, sums): sums = [sum of xc, sum of xc^2], each [C]; `mean` may be any value near the channel's. */
export function emitStatistics(shape: PassShape, relaxed: boolean): FunctionEncoder {
  const pass = new ChannelPass('statistics', ['x', 'coefficients', 'sums'], shape, relaxed);
  const { f } = pass;
  const [first, second] = [pass.vectors(), pass.vectors()];
  const mean = pass.vectors();
  const xc = f.local('v128');
  return pass.emit(
    (v) => {
      pass.loadCoefficient('mean', v, mean[v] as Local);
      f.zero(first[v] as Local).zero(second[v] as Local);
    },
    (v) => {
      pass.load('x', v, xc);
      f.combine(xc, xc, 'sub', mean[v] as Local);
      f.combine(first[v] as Local, first[v] as Local, 'add', xc).multiplyAdd(second[v] as Local, xc, xc);
    },
    ['x'],
    (v) => pass.storeSums(v, first[v] as Local, second[v] as Local),
  );
}

/** apply(x, residual, coefficients, y): y = act(scale xc + offset (+ residual)). Without a residual its address is not read. */
export function emitApply(shape: PassShape, relaxed: boolean): FunctionEncoder {
  const pass = new ChannelPass('apply', ['x', 'residual', 'coefficients', 'y'], shape, relaxed);
  const { f } = pass;
  const [mean, scale, offset] = [pass.vectors(), pass.vectors(), pass.vectors()];
  const [value, added, zero] = [f.local('v128'), f.local('v128'), f.local('v128')];
  f.zero(zero);
  return pass.emit(
    (v) => {
      pass.loadCoefficient('mean', v, mean[v] as Local);
      pass.loadCoefficient('scale', v, scale[v] as Local);
      pass.loadCoefficient('offset', v, offset[v] as Local);
    },
    (v) => {
      pass.load('x', v, value);
      f.combine(value, value, 'sub', mean[v] as Local);
      f.fused(value, value, scale[v] as Local, offset[v] as Local);
      if (shape.residual) {
        pass.load('residual', v, added);
        f.combine(value, value, 'add', added);
      }
      if (shape.relu) f.combine(value, value, 'max', zero);
      pass.store('y', v, value);
    },
    shape.residual ? ['x', 'residual', 'y'] : ['x', 'y'],
  );
}

/**
 * gradientSums(dy, y, x, coefficients, sums, g): sums = [sum of g, sum of g xc], each [C], of g = dy where y > 0 (with ReLU). With a residual y
 * is read and g, which is the residual's gradient, written; without one, whether y > 0 is computed again from x, which is cheaper than to read
 * it, and g's and y's addresses are not touched.
 */
export function emitGradientSums(shape: PassShape, relaxed: boolean): FunctionEncoder {
  const pass = new ChannelPass('gradientSums', ['dy', 'y', 'x', 'coefficients', 'sums', 'g'], shape, relaxed);
  const { f } = pass;
  const [first, second, mean] = [pass.vectors(), pass.vectors(), pass.vectors()];
  const mask = new ReluMask(pass);
  const [xc, gradient] = [f.local('v128'), f.local('v128')];
  const writesGradient = shape.relu && shape.residual;
  return pass.emit(
    (v) => {
      pass.loadCoefficient('mean', v, mean[v] as Local);
      if (shape.relu && !shape.residual) mask.prepare(v);
      f.zero(first[v] as Local).zero(second[v] as Local);
    },
    (v) => {
      pass.load('x', v, xc);
      f.combine(xc, xc, 'sub', mean[v] as Local);
      pass.load('dy', v, gradient);
      if (writesGradient) {
        mask.byOutput(v, gradient);
        pass.store('g', v, gradient);
      } else if (shape.relu) {
        mask.byInput(v, xc, gradient);
      }
      f.combine(first[v] as Local, first[v] as Local, 'add', gradient);
      f.multiplyAdd(second[v] as Local, gradient, xc);
    },
    writesGradient ? ['dy', 'y', 'x', 'g'] : ['dy', 'x'],
    (v) => pass.storeSums(v, first[v] as Local, second[v] as Local),
  );
}

/**
 * gradientApply(g, x, coefficients, dx): dx = slope g + constant + curve xc. `g` is what gradientSums wrote; where it wrote none, dy, which is
 * masked here in the same way.
 */
export function emitGradientApply(shape: PassShape, relaxed: boolean): FunctionEncoder {
  const pass = new ChannelPass('gradientApply', ['g', 'x', 'coefficients', 'dx'], shape, relaxed);
  const { f } = pass;
  const [mean, slope, constant, curve] = [pass.vectors(), pass.vectors(), pass.vectors(), pass.vectors()];
  const mask = new ReluMask(pass);
  const [xc, gradient] = [f.local('v128'), f.local('v128')];
  const masks = shape.relu && !shape.residual;
  return pass.emit(
    (v) => {
      pass.loadCoefficient('mean', v, mean[v] as Local);
      pass.loadCoefficient('slope', v, slope[v] as Local);
      pass.loadCoefficient('constant', v, constant[v] as Local);
      pass.loadCoefficient('curve', v, curve[v] as Local);
      if (masks) mask.prepare(v);
    },
    (v) => {
      pass.load('x', v, xc);
      f.combine(xc, xc, 'sub', mean[v] as Local);
      pass.load('g', v, gradient);
      if (masks) mask.byInput(v, xc, gradient);
      f.fused(xc, xc, curve[v] as Local, constant[v] as Local);
      f.fused(xc, gradient, slope[v] as Local, xc);
      pass.store('dx', v, xc);
    },
    ['g', 'x', 'dx'],
  );
}

/** Sets a gradient to zero where ReLU was at rest. */
class ReluMask {
  private readonly zero: Local;
  private readonly value: Local;
  private readonly scale: Local[];
  private readonly offset: Local[];

  constructor(private readonly pass: ChannelPass) {
    const { f } = pass;
    [this.zero, this.value] = [f.local('v128'), f.local('v128')];
    [this.scale, this.offset] = [pass.vectors(), pass.vectors()];
    f.zero(this.zero);
  }

  prepare(v: number): void {
    this.pass.loadCoefficient('scale', v, this.scale[v] as Local);
    this.pass.loadCoefficient('offset', v, this.offset[v] as Local);
  }

  /** By the very sum whose sign ReLU saw. */
  byInput(v: number, xc: Local, gradient: Local): void {
    const { f } = this.pass;
    f.fused(this.value, xc, this.scale[v] as Local, this.offset[v] as Local);
    f.combine(this.value, this.value, 'gt', this.zero).combine(gradient, gradient, 'and', this.value);
  }

  byOutput(v: number, gradient: Local): void {
    const { f } = this.pass;
    this.pass.load('y', v, this.value);
    f.combine(this.value, this.value, 'gt', this.zero).combine(gradient, gradient, 'and', this.value);
  }
}

/** A function whose body runs, for one block of channels after the other, over all pixels. */
class ChannelPass {
  readonly f: FunctionEncoder;
  private readonly addresses = new Map<string, Local>();
  private readonly counter: Local;
  /** Lanes of each vector of the block that is being emitted. */
  private lanes: number[] = [];

  constructor(
    name: string,
    parameters: readonly string[],
    private readonly shape: PassShape,
    relaxed: boolean,
  ) {
    this.f = new FunctionEncoder(
      name,
      parameters.map(() => 'i32'),
      relaxed,
    );
    parameters.forEach((parameter, index) => this.addresses.set(parameter, this.f.parameter(index)));
    this.counter = this.f.local('i32');
  }

  vectors(): Local[] {
    return Array.from({ length: BLOCK_VECTORS }, () => this.f.local('v128'));
  }

  load(parameter: string, v: number, target: Local): void {
    this.f.loadLanes(this.address(parameter), v * 16, this.lanes[v] as number).set(target);
  }

  store(parameter: string, v: number, value: Local): void {
    this.f.storeLanes(this.address(parameter), v * 16, value, this.lanes[v] as number);
  }

  loadCoefficient(which: Coefficient, v: number, target: Local): void {
    const offset = COEFFICIENTS.indexOf(which) * this.shape.channels * FLOAT + v * 16;
    this.f.loadLanes(this.address('coefficients'), offset, this.lanes[v] as number).set(target);
  }

  storeSums(v: number, first: Local, second: Local): void {
    const lanes = this.lanes[v] as number;
    this.f.storeLanes(this.address('sums'), v * 16, first, lanes);
    this.f.storeLanes(this.address('sums'), this.shape.channels * FLOAT + v * 16, second, lanes);
  }

  /** `streams` are the parameters that step from pixel to pixel. */
  emit(
    before: (v: number) => void,
    pixel: (v: number) => void,
    streams: readonly string[],
    after: (v: number) => void = () => undefined,
  ): FunctionEncoder {
    const { f } = this;
    const { pixels, channels } = this.shape;
    const block = (size: number) => {
      this.lanes = Array.from({ length: Math.ceil(size / 4) }, (_, v) => Math.min(4, size - 4 * v));
      const each = (body: (v: number) => void) => this.lanes.forEach((_, v) => body(v));
      each(before);
      f.setConstant(this.counter, pixels);
      f.whileCounting(this.counter, () => {
        each(pixel);
        for (const stream of streams) f.advance(this.address(stream), channels * FLOAT);
      });
      each(after);
      for (const stream of streams) f.advance(this.address(stream), (size - pixels * channels) * FLOAT);
      f.advance(this.address('coefficients'), size * FLOAT);
      if (this.addresses.has('sums')) f.advance(this.address('sums'), size * FLOAT);
    };
    f.repeat(Math.floor(channels / (4 * BLOCK_VECTORS)), () => block(4 * BLOCK_VECTORS));
    const rest = channels % (4 * BLOCK_VECTORS);
    if (rest > 0) block(rest);
    return f;
  }

  private address(parameter: string): Local {
    const address = this.addresses.get(parameter);
    if (address === undefined) throw new RangeError(`The pass has no ${parameter}`);
    return address;
  }
}
