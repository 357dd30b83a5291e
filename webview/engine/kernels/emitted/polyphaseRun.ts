import { FLOAT, type ConvGeometry, type PaddedImage, paddedFloats, rowBytes } from './convGeometry';
import { type ConvolutionParameters, convolutionFunction, inGroups } from './convolutionFunction';
import { DenseEmitter, emitPadding, matrixProduct } from './emitConvolution';
import { GradientTile, outerProducts } from './emitFilterGradient';
import { type PolyphasePlan, Slabs, SPAN } from './polyphasePlan';
import { LINE, PolyphaseEmitter, TILE } from './polyphaseTransforms';
import type { FunctionEncoder, Local } from './wasmEncoder';
import { PlaneEmitter } from './winogradTransforms';

interface PlacedSlabs {
  at: Local;
  slabs: Slabs;
}

/** What the three functions of emitPolyphase are put together from. */
export class PolyphaseRun {
  readonly f: FunctionEncoder;
  readonly geometry: ConvGeometry;
  readonly parameters: ConvolutionParameters;
  private readonly count: Local;
  private readonly transforms: PolyphaseEmitter;
  private readonly planes: PlaneEmitter;
  private readonly dense: DenseEmitter;
  private readonly first: Local;
  private readonly second: Local;
  private readonly row: Local;
  private readonly image: Local;
  /** Addresses in the slabs of 1, TILE and TILE * TILE pixels a tile. */
  private readonly one: Local;
  private readonly few: Local;
  private readonly many: Local;
  private readonly cursors: readonly [Local, Local, Local];
  private readonly grid: Local[];
  private readonly finals: Local[];
  private readonly line: Local[];
  private readonly ofColumns;
  private readonly back;
  private readonly out;

  constructor(
    name: string,
    private readonly plan: PolyphasePlan,
    relaxed: boolean,
  ) {
    const { f, parameters } = convolutionFunction(name, relaxed);
    this.f = f;
    this.geometry = plan.geometry;
    this.parameters = parameters;
    [, , , , this.count] = parameters;
    this.transforms = new PolyphaseEmitter(f);
    this.planes = new PlaneEmitter(f);
    this.dense = new DenseEmitter(f);
    const address = () => f.local('i32');
    [this.first, this.second, this.row, this.image] = [address(), address(), address(), address()];
    [this.one, this.few, this.many] = [address(), address(), address()];
    this.cursors = [address(), address(), address()];
    this.grid = Array.from({ length: LINE * TILE }, () => f.local('v128'));
    this.finals = Array.from({ length: TILE * TILE }, () => f.local('v128'));
    this.line = Array.from({ length: LINE }, () => f.local('v128'));
    const { transforms } = this;
    this.ofColumns = { to: LINE, apply: transforms.input.bind(transforms) };
    this.back = { to: LINE, apply: transforms.outputGradient.bind(transforms) };
    this.out = { to: TILE, apply: transforms.output.bind(transforms) };
  }

  inGroups(body: (group: number) => void): void {
    inGroups(this.f, this.count, this.plan.imagesPerGroup, body);
  }

  slabs(
    group: number,
    from: number,
    to: number,
    padded: PaddedImage,
    scratch: Local,
  ): [PlacedSlabs, PlacedSlabs] {
    const tiles = group * this.plan.tiles;
    const [inputs, outputs] = [new Slabs(tiles, from), new Slabs(tiles, to)];
    this.f.setOffset(this.first, scratch, paddedFloats(padded) * FLOAT);
    this.f.setOffset(this.second, this.first, inputs.bytes);
    return [
      { at: this.first, slabs: inputs },
      { at: this.second, slabs: outputs },
    ];
  }

  /** Products of slabs with matrices of weights. */
  multiply(inputs: PlacedSlabs, weights: Local, outputs: PlacedSlabs): void {
    this.overSlabs(inputs, weights, outputs, (times, [input, filter, product]) => {
      const [from, to] = [inputs.slabs.channels, outputs.slabs.channels];
      this.dense.emit(matrixProduct(times * inputs.slabs.tiles, from, to), input, filter, product);
    });
  }

  /** Adds the outer products of slabs to matrices of sums. */
  accumulate(inputs: PlacedSlabs, outputs: PlacedSlabs, sums: Local): void {
    this.overSlabs(inputs, sums, outputs, (times, [input, sum, output]) => {
      const [from, to] = [inputs.slabs.channels, outputs.slabs.channels];
      const tile = new GradientTile(this.f, outerProducts(times * inputs.slabs.tiles, from, to));
      tile.emitTap(1, input, 0, output, sum, 0);
    });
  }

  /** Copies each image of the group into the padded one and transforms its tiles; `images` moves on. */
  transformInputs(group: number, images: Local, scratch: Local, { at, slabs }: PlacedSlabs): void {
    const { plan, geometry: g, f } = this;
    const pixel = g.inChannels * FLOAT;
    const line = rowBytes(plan.paddedInput);
    const from = (y: number, x: number) => f.load(this.image, y * line + x * pixel);
    this.overPaddedTiles(group, images, scratch, plan.paddedInput, SPAN, at, () => {
      const store =
        (slab: Local, place: (y: number, x: number) => number) => (y: number, x: number, value: Local) => {
          f.storeLanes(slab, place(y, x), value, 4);
        };
      const { planes, ofColumns } = this;
      planes.emit(
        { rows: LINE, columns: LINE },
        (y, x) => from(2 * y, 2 * x),
        { ofColumns, ofRows: ofColumns },
        store(this.one, (y, x) => slabs.evenEven(y, x)),
      );
      planes.emit(
        { rows: LINE, columns: TILE },
        (y, x) => from(2 * y, 2 * x + 1),
        { ofColumns },
        store(this.few, (y, x) => slabs.evenOdd(y, x)),
      );
      planes.emit(
        { rows: TILE, columns: LINE },
        (y, x) => from(2 * y + 1, 2 * x),
        { ofRows: ofColumns },
        store(this.few, (y, x) => slabs.oddEven(y, x)),
      );
      planes.emit(
        { rows: TILE, columns: TILE },
        (y, x) => from(2 * y + 1, 2 * x + 1),
        {},
        store(this.many, (y, x) => slabs.oddOdd(y, x)),
      );
    });
  }

  /** The output gradient as the input gradient reads it: patches of LINE x LINE that overlap by one. */
  transformPaddedGradients(
    group: number,
    gradients: Local,
    scratch: Local,
    { at, slabs }: PlacedSlabs,
  ): void {
    const { plan, geometry: g, f, planes, ofColumns } = this;
    const pixel = g.outChannels * FLOAT;
    const line = rowBytes(plan.paddedGradient);
    const from = (y: number, x: number) => f.load(this.image, y * line + x * pixel);
    const store = (slab: Local, place: number, value: Local) => f.storeLanes(slab, place, value, 4);
    this.overPaddedTiles(group, gradients, scratch, plan.paddedGradient, TILE, at, () => {
      planes.emit(
        { rows: LINE, columns: LINE },
        from,
        { ofColumns, ofRows: ofColumns },
        (y, x, value) => void store(this.one, slabs.evenEven(y, x), value),
      );
      planes.emit(
        { rows: LINE, columns: TILE },
        (y, x) => from(y, x + 1),
        { ofColumns },
        (y, x, value) => void store(this.few, slabs.evenOdd(y, x), value),
      );
      planes.emit(
        { rows: TILE, columns: LINE },
        (y, x) => from(y + 1, x),
        { ofRows: ofColumns },
        (y, x, value) => void store(this.few, slabs.oddEven(y, x), value),
      );
      planes.emit(
        { rows: TILE, columns: TILE },
        (y, x) => from(y + 1, x + 1),
        {},
        (y, x, value) => void store(this.many, slabs.oddOdd(y, x), value),
      );
    });
  }

  /** The output gradient as the filter gradient reads it; `gradients` moves on. */
  transformGradients(group: number, gradients: Local, { at, slabs }: PlacedSlabs): void {
    const { geometry: g, f, planes, back } = this;
    const pixel = g.outChannels * FLOAT;
    const tile = { rows: TILE, columns: TILE };
    const store = (slab: Local, place: number, value: Local) => f.storeLanes(slab, place, value, 4);
    this.overTiles(group, gradients, g.outWidth, g.outChannels, TILE, at, () => {
      const from = (y: number, x: number) => f.load(this.image, (y * g.outWidth + x) * pixel);
      planes.emit(
        tile,
        from,
        { ofColumns: back, ofRows: back },
        (y, x, value) => void store(this.one, slabs.evenEven(y, x), value),
      );
      planes.emit(
        tile,
        from,
        { ofColumns: back },
        (y, x, value) => void store(this.few, slabs.evenOdd(y, x), value),
      );
      planes.emit(
        tile,
        from,
        { ofRows: back },
        (y, x, value) => void store(this.few, slabs.oddEven(y, x), value),
      );
      planes.emit(tile, from, {}, (y, x, value) => void store(this.many, slabs.oddOdd(y, x), value));
    });
  }

  /** Sums the phases' outputs: A'(M_ee A + M_eo) + M_oe A + M_oo; `output` moves on. */
  transformProducts(group: number, { at, slabs }: PlacedSlabs, output: Local): void {
    const { geometry: g, f, transforms, grid, line } = this;
    const pixel = g.outChannels * FLOAT;
    const cell = (y: number, x: number) => grid[y * TILE + x] as Local;
    const row = (y: number) => grid.slice(y * TILE, (y + 1) * TILE);
    const [value] = line as [Local];
    const addLoaded = (target: Local, slab: Local, place: number) => {
      f.load(slab, place).set(value).combine(target, target, 'add', value);
    };
    this.overTiles(group, output, g.outWidth, g.outChannels, TILE, at, () => {
      for (let y = 0; y < LINE; y++) {
        line.forEach((local, x) => f.load(this.one, slabs.evenEven(y, x)).set(local));
        transforms.output(line, row(y));
        for (let x = 0; x < TILE; x++) addLoaded(cell(y, x), this.few, slabs.evenOdd(y, x));
      }
      const final = this.finals;
      for (let x = 0; x < TILE; x++) {
        const column = Array.from({ length: LINE }, (_, y) => cell(y, x));
        transforms.output(
          column,
          Array.from({ length: TILE }, (_, y) => final[y * TILE + x] as Local),
        );
      }
      for (let y = 0; y < TILE; y++) {
        line.forEach((local, x) => f.load(this.few, slabs.oddEven(y, x)).set(local));
        transforms.output(line, row(0));
        for (let x = 0; x < TILE; x++) {
          const sum = final[y * TILE + x] as Local;
          f.combine(sum, sum, 'add', cell(0, x));
          addLoaded(sum, this.many, slabs.oddOdd(y, x));
          f.storeLanes(this.image, (y * g.outWidth + x) * pixel, sum, 4);
        }
      }
    });
  }

  /** Each phase's outputs go to their own pixels; `output` moves on. */
  spreadProducts(group: number, { at, slabs }: PlacedSlabs, output: Local): void {
    const { geometry: g, f, planes, out } = this;
    const pixel = g.inChannels * FLOAT;
    this.overTiles(group, output, g.inWidth, g.inChannels, SPAN, at, () => {
      const from = (slab: Local, place: number) => f.load(slab, place);
      const to = (oddRow: number, oddColumn: number) => (y: number, x: number, value: Local) => {
        f.storeLanes(this.image, ((2 * y + oddRow) * g.inWidth + 2 * x + oddColumn) * pixel, value, 4);
      };
      planes.emit(
        { rows: LINE, columns: LINE },
        (y, x) => from(this.one, slabs.evenEven(y, x)),
        { ofColumns: out, ofRows: out },
        to(0, 0),
      );
      planes.emit(
        { rows: LINE, columns: TILE },
        (y, x) => from(this.few, slabs.evenOdd(y, x)),
        { ofColumns: out },
        to(0, 1),
      );
      planes.emit(
        { rows: TILE, columns: LINE },
        (y, x) => from(this.few, slabs.oddEven(y, x)),
        { ofRows: out },
        to(1, 0),
      );
      planes.emit({ rows: TILE, columns: TILE }, (y, x) => from(this.many, slabs.oddOdd(y, x)), {}, to(1, 1));
    });
  }

  private overSlabs(
    inputs: PlacedSlabs,
    matrices: Local,
    outputs: PlacedSlabs,
    body: (times: number, cursors: readonly [Local, Local, Local]) => void,
  ): void {
    const { f, cursors } = this;
    const [input, matrix, output] = cursors;
    f.setOffset(input, inputs.at, 0).setOffset(matrix, matrices, 0).setOffset(output, outputs.at, 0);
    for (const { slabs, times } of Slabs.runs) {
      f.repeat(slabs, () => {
        body(times, cursors);
        f.advance(input, inputs.slabs.slabStep(times));
        f.advance(matrix, inputs.slabs.channels * outputs.slabs.channels * FLOAT);
        f.advance(output, outputs.slabs.slabStep(times));
      });
    }
  }

  /** Emits `body` for four channels of every tile of padded images, `image` being the tile's address. */
  private overPaddedTiles(
    group: number,
    images: Local,
    scratch: Local,
    padded: PaddedImage,
    span: number,
    slabs: Local,
    body: () => void,
  ): void {
    const { f, plan } = this;
    for (const values of [this.one, this.few, this.many]) f.setOffset(values, slabs, 0);
    f.repeat(group, () => {
      emitPadding(f, images, scratch, padded, { columns: padded.columns, channels: padded.channels });
      f.setOffset(this.row, scratch, 0);
      this.tilesOfImage(plan, padded.channels, span, rowBytes(padded), body);
      f.advance(images, padded.rows * padded.columns * padded.channels * FLOAT);
    });
  }

  /** The same for images without padding, of that width; `images` moves on. */
  private overTiles(
    group: number,
    images: Local,
    width: number,
    channels: number,
    span: number,
    slabs: Local,
    body: () => void,
  ): void {
    const { f, plan } = this;
    for (const values of [this.one, this.few, this.many]) f.setOffset(values, slabs, 0);
    f.repeat(group, () => {
      f.setOffset(this.row, images, 0);
      this.tilesOfImage(plan, channels, span, width * channels * FLOAT, body);
      f.advance(images, plan.tileRows * span * width * channels * FLOAT);
    });
  }

  private tilesOfImage(
    { tileRows, tileColumns }: PolyphasePlan,
    channels: number,
    span: number,
    bytesPerRow: number,
    body: () => void,
  ): void {
    const { f } = this;
    f.repeat(tileRows, () => {
      f.setOffset(this.image, this.row, 0);
      f.repeat(tileColumns, () => {
        f.repeat(channels / 4, () => {
          body();
          for (const address of [this.image, this.one, this.few, this.many]) f.advance(address, 16);
        });
        f.advance(this.image, (span - 1) * channels * FLOAT);
        f.advance(this.few, (TILE - 1) * channels * FLOAT);
        f.advance(this.many, (TILE * TILE - 1) * channels * FLOAT);
      });
      f.advance(this.row, span * bytesPerRow);
    });
  }
}
