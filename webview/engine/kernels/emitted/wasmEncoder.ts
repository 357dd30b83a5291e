/**
 * A small encoder of WebAssembly modules: just the instructions that our kernels need.
 *
 * Kernels are emitted for the very shape at hand (constants folded, loops without bounds checks), so there is no source in another
 * language and no build step. Encoding: WebAssembly core specification 2.0, chapter 5; SIMD opcodes from its appendix; relaxed madd
 * from the relaxed SIMD proposal.
 */
export type ValueType = 'i32' | 'f32' | 'v128';
const TYPE_CODE: Record<ValueType, number> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };

/** Index of a parameter or local of a function; typed so that it cannot be taken for a constant. */
export type Local = number & { readonly brand: 'local' };

const CACHE_LINE = 64;

const LANE_OPERATIONS = {
  add: 0xe4,
  sub: 0xe5,
  mul: 0xe6,
  max: 0xe9,
  eq: 0x41,
  gt: 0x44,
  and: 0x4e,
  andNot: 0x4f,
} as const;
/** `eq` and `gt` give all ones or all zeros a lane; `and` and `andNot` (a and not b) are bitwise. */
export type LaneOperation = keyof typeof LANE_OPERATIONS;

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

const vector = (items: readonly (readonly number[])[]) => [...unsigned(items.length), ...items.flat()];
const text = (value: string) => vector([...value].map((letter) => [letter.charCodeAt(0)]));
const section = (id: number, body: readonly number[]) => [id, ...unsigned(body.length), ...body];

/** Builds the body of one exported function without result. Addresses are byte offsets in the imported memory. */
export class FunctionEncoder {
  private readonly code: number[] = [];
  private readonly locals: ValueType[] = [];

  constructor(
    readonly name: string,
    private readonly parameters: readonly ValueType[],
    /** Use the fused multiply-add of relaxed SIMD; its rounding may differ between machines. */
    readonly relaxed: boolean,
  ) {}

  parameter(index: number): Local {
    return index as Local;
  }

  local(type: ValueType): Local {
    this.locals.push(type);
    return (this.parameters.length + this.locals.length - 1) as Local;
  }

  get(local: Local): this {
    return this.emit(0x20, ...unsigned(local));
  }
  set(local: Local): this {
    return this.emit(0x21, ...unsigned(local));
  }
  constant(value: number): this {
    return this.emit(0x41, ...signed(value));
  }
  constantF32(value: number): this {
    return this.emit(0x43, ...new Uint8Array(Float32Array.of(value).buffer));
  }
  add(): this {
    return this.emit(0x6a);
  }
  multiply(): this {
    return this.emit(0x6c);
  }

  /** local = value */
  setConstant(local: Local, value: number): this {
    return this.constant(value).set(local);
  }
  /** local += step */
  advance(local: Local, step: number): this {
    return step === 0 ? this : this.get(local).constant(step).add().set(local);
  }
  /** target = base + step */
  setOffset(target: Local, base: Local, step: number): this {
    this.get(base);
    if (step !== 0) this.constant(step).add();
    return this.set(target);
  }

  /** Runs `body` `count` times (a constant, at least 0). The counter is a local of its own unless given. */
  repeat(count: number, body: () => void): this {
    if (count <= 0) return this;
    if (count === 1) {
      body();
      return this;
    }
    const counter = this.local('i32');
    this.setConstant(counter, count);
    return this.whileCounting(counter, body);
  }
  /** Runs `body` until the local, counted down after each turn, is 0; it must start above 0. */
  whileCounting(counter: Local, body: () => void): this {
    this.emit(0x03, 0x40);
    body();
    // tee_local of counter - 1, br_if 0
    this.get(counter)
      .constant(-1)
      .add()
      .emit(0x22, ...unsigned(counter));
    return this.emit(0x0d, 0, 0x0b);
  }

  /** Runs `body` while the local is at least `step`, and takes `step` off it after each turn. */
  whileAtLeast(counter: Local, step: number, body: () => void): this {
    // block, loop, br_if 1 unless counter >= step (i32.lt_s)
    this.emit(0x02, 0x40, 0x03, 0x40).get(counter).constant(step).emit(0x48, 0x0d, 1);
    body();
    return this.advance(counter, -step).emit(0x0c, 0, 0x0b, 0x0b);
  }

  /** Bulk copy of `bytes`: memory[to..] = memory[from..]. */
  copyBytes(to: Local, from: Local, bytes: number): this {
    return this.get(to).get(from).constant(bytes).emit(0xfc, 10, 0, 0);
  }

  /**
   * Reads a byte of every cache line of what is about to be overwritten: processors fetch ahead of reads in order, but not of scattered writes, which
   * took a third longer without this. A sum of what was read is stored there, as else a compiler might leave the reads out.
   */
  touch(target: Local, bytes: number): this {
    const [line, seen] = [this.local('i32'), this.local('i32')];
    this.setOffset(line, target, 0);
    this.repeat(Math.ceil(bytes / CACHE_LINE), () => {
      // i32.load8_u
      this.get(line).emit(0x2d, 0, 0).get(seen).add().set(seen);
      this.advance(line, CACHE_LINE);
    });
    // i32.store8
    return this.get(target).get(seen).emit(0x3a, 0, 0);
  }

  simd(opcode: number, ...immediates: number[]): this {
    return this.emit(0xfd, ...unsigned(opcode), ...immediates);
  }
  load(address: Local, offset: number): this {
    return this.get(address).simd(0, 2, ...unsigned(offset));
  }
  /** One float to all four lanes. */
  loadSplat(address: Local, offset: number): this {
    return this.get(address).simd(9, 2, ...unsigned(offset));
  }
  /** Loads `lanes` (1 to 4) floats and zeros, reading no byte beyond them. */
  loadLanes(address: Local, offset: number, lanes: number): this {
    if (lanes === 4) return this.load(address, offset);
    if (lanes === 1) return this.get(address).simd(92, 2, ...unsigned(offset));
    if (lanes === 2) return this.get(address).simd(93, 2, ...unsigned(offset));
    const low = this.local('v128');
    this.get(address)
      .simd(93, 2, ...unsigned(offset))
      .set(low);
    return this.get(address)
      .get(low)
      .simd(86, 2, ...unsigned(offset + 8), 2);
  }
  /** Stores the first `lanes` (1 to 4) floats of a local. */
  storeLanes(address: Local, offset: number, value: Local, lanes: number): this {
    if (lanes === 4)
      return this.get(address)
        .get(value)
        .simd(11, 2, ...unsigned(offset));
    if (lanes === 1)
      return this.get(address)
        .get(value)
        .simd(90, 2, ...unsigned(offset), 0);
    this.get(address)
      .get(value)
      .simd(91, 2, ...unsigned(offset), 0);
    return lanes === 2
      ? this
      : this.get(address)
          .get(value)
          .simd(90, 2, ...unsigned(offset + 8), 2);
  }
  zero(local: Local): this {
    return this.simd(12, ...new Array<number>(16).fill(0)).set(local);
  }
  /** sum += a * b, lane by lane. */
  multiplyAdd(sum: Local, a: Local, b: Local): this {
    return this.fused(sum, a, b, sum);
  }
  /** target = a * b + c, lane by lane; rounded once with relaxed SIMD, twice without. */
  fused(target: Local, a: Local, b: Local, c: Local): this {
    if (this.relaxed) return this.get(a).get(b).get(c).simd(0x105).set(target);
    return this.get(a).get(b).simd(0xe6).get(c).simd(0xe4).set(target);
  }
  /** target = a (operation) b, lane by lane. */
  combine(target: Local, a: Local, operation: LaneOperation, b: Local): this {
    return this.get(a).get(b).simd(LANE_OPERATIONS[operation]).set(target);
  }
  /** All four lanes = the value of an f32 local. */
  splatOf(target: Local, value: Local): this {
    return this.get(value).simd(0x13).set(target);
  }
  /** All four lanes = value. */
  splat(local: Local, value: number): this {
    return this.constantF32(value).simd(0x13).set(local);
  }

  emit(...bytes: number[]): this {
    for (const byte of bytes) this.code.push(byte);
    return this;
  }

  /** [type, code] entries of the module. */
  encode(): { type: number[]; body: number[] } {
    const type = [0x60, ...vector(this.parameters.map((parameter) => [TYPE_CODE[parameter]])), 0];
    const locals = vector(this.locals.map((local) => [1, TYPE_CODE[local]]));
    const body = [...locals, ...this.code, 0x0b];
    return { type, body: [...unsigned(body.length), ...body] };
  }
}

/** A module of the functions, importing `env.memory`. */
export function encodeModule(functions: readonly FunctionEncoder[]): Uint8Array<ArrayBuffer> {
  const encoded = functions.map((one) => one.encode());
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(encoded.map(({ type }) => type))),
    ...section(2, vector([[...text('env'), ...text('memory'), 2, 0, 1]])),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(7, vector(functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]))),
    ...section(10, vector(encoded.map(({ body }) => body))),
  ]);
}
