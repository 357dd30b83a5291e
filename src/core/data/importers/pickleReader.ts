import { PlaygroundError } from '../../errors';
import { applyState, callGlobal, type ConversionBudget } from './pickleObjects';
import {
  ALLOWED_GLOBALS,
  PickleGlobal,
  PickleText,
  PickleTuple,
  asciiOf,
  invalidPickle,
  type PickleValue,
} from './pickleValues';

/** An official batch has 31 MB and about 20,000 objects, 1,000 of them on the stack at once. */
export const PICKLE_LIMITS = {
  bytes: 64 * 1024 * 1024,
  objects: 200_000,
  stack: 20_000,
  memo: 100_000,
  marks: 64,
  nameBytes: 100,
  keyBytes: 256,
} as const;

/** Bytes, stack and memo of one pickle, with what the opcodes do to them. Every method throws `data/pickle-*` rather than overstep a limit. */
export class PickleReader {
  private readonly view: DataView;
  private readonly stack: PickleValue[] = [];
  /** Stack heights at which MARKs were set. */
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();
  private readonly budget: ConversionBudget = { bytesLeft: PICKLE_LIMITS.bytes };
  private position = 0;
  private objects = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** What is left at the end: exactly one value. */
  result(): PickleValue {
    if (this.stack.length !== 1 || this.marks.length > 0) throw invalidPickle('its end leaves values behind');
    return this.pop();
  }

  byte(): number {
    return this.take(1)[0] ?? 0;
  }

  uint16(): number {
    return this.view.getUint16(this.advance(2), true);
  }

  int32(): number {
    return this.view.getInt32(this.advance(4), true);
  }

  uint32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  take(length: number): Uint8Array {
    const from = this.advance(length);
    return this.bytes.subarray(from, from + length);
  }

  line(): string {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0 || end - this.position > PICKLE_LIMITS.nameBytes)
      throw invalidPickle('it names something endless');
    const text = asciiOf(this.take(end - this.position), PICKLE_LIMITS.nameBytes);
    this.position++;
    return text;
  }

  push(value: PickleValue): void {
    if (++this.objects > PICKLE_LIMITS.objects) throw invalidPickle('it holds more objects than a batch can');
    if (this.stack.length >= PICKLE_LIMITS.stack) throw invalidPickle('its stack grows without end');
    this.stack.push(value);
  }

  pop(): PickleValue {
    this.requireAbove(this.stack.length - 1);
    return this.stack.pop() as PickleValue;
  }

  top(): PickleValue {
    this.requireAbove(this.stack.length - 1);
    return this.stack[this.stack.length - 1] as PickleValue;
  }

  mark(): void {
    if (this.marks.length >= PICKLE_LIMITS.marks) throw invalidPickle('it nests too deeply');
    this.marks.push(this.stack.length);
  }

  /** Takes everything above the last MARK. */
  popToMark(): PickleValue[] {
    const height = this.marks.pop();
    if (height === undefined) throw invalidPickle('it closes what it never opened');
    return this.stack.splice(height);
  }

  popTuple(length: number): PickleTuple {
    this.requireAbove(this.stack.length - length);
    return new PickleTuple(this.stack.splice(this.stack.length - length));
  }

  remember(index: number): void {
    if (this.memo.size >= PICKLE_LIMITS.memo) throw invalidPickle('it remembers too much');
    this.memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw invalidPickle('it recalls what it never stored');
    this.push(value);
  }

  append(values: readonly PickleValue[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw invalidPickle('it appends to something that is no list');
    for (const value of values) list.push(value);
  }

  setItems(pairs: readonly PickleValue[]): void {
    const dictionary = this.top();
    if (!(dictionary instanceof Map) || pairs.length % 2 !== 0)
      throw invalidPickle('it fills something that is no dict');
    for (let index = 0; index < pairs.length; index += 2) {
      dictionary.set(keyOf(pairs[index]), pairs[index + 1] as PickleValue);
    }
  }

  global(module: string, name: string): void {
    const key = `${module} ${name}`;
    if (!Object.hasOwn(ALLOWED_GLOBALS, key)) {
      throw new PlaygroundError(
        'data/pickle-unsafe',
        `The pickle asks for ${module}.${name}, which a CIFAR-10 batch does not need. Nothing was run; get the official archive again.`,
      );
    }
    this.push(new PickleGlobal(ALLOWED_GLOBALS[key as keyof typeof ALLOWED_GLOBALS]));
  }

  reduce(): void {
    const [callee, args] = this.popTuple(2).items;
    this.push(callGlobal(callee, args, this.budget));
  }

  build(): void {
    const state = this.pop();
    applyState(this.top(), state);
  }

  private advance(length: number): number {
    const from = this.position;
    if (length > this.bytes.length - from) throw invalidPickle('it ends too early');
    this.position = from + length;
    return from;
  }

  /** Nothing may reach below the last MARK or the bottom of the stack. */
  private requireAbove(height: number): void {
    if (height < (this.marks[this.marks.length - 1] ?? 0))
      throw invalidPickle('it takes from an empty stack');
  }
}

function keyOf(key: PickleValue | undefined): string {
  const bytes = key instanceof PickleText ? key.utf8 : key;
  if (!(bytes instanceof Uint8Array) || bytes.length > PICKLE_LIMITS.keyBytes) {
    throw invalidPickle('a key of its dict is no short text');
  }
  return asciiOf(bytes, PICKLE_LIMITS.keyBytes);
}
