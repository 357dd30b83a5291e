/**
 * A reader for the pickles of the official CIFAR-10 python version (protocol 2), not a Python virtual machine: it knows the opcodes that
 * such a file needs and five names, builds plain values, and calls nothing. Anything else is refused, so a hostile pickle
 * cannot run code, import a module, or set an attribute.
 *
 * Format: PEP 307 and `pickletools` of CPython. Also read: protocol 3 (bytes) and what Python 3 writes as protocol 2 (`_codecs.encode`).
 */
import { PlaygroundError } from '../../errors';
import { PICKLE_LIMITS, PickleReader } from './pickleReader';
import { PickleText, PickleTuple, invalidPickle, type PickleValue } from './pickleValues';

/**
 * Reads one pickle.
 *
 * @throws PlaygroundError `data/pickle-unsafe` for a name or opcode outside the allow-list, `data/pickle-invalid` for anything malformed
 */
export function readPickle(bytes: Uint8Array): PickleValue {
  if (bytes.length > PICKLE_LIMITS.bytes) throw invalidPickle('it is larger than a batch can be');
  const reader = new PickleReader(bytes);
  if (reader.byte() !== 0x80) throw invalidPickle('it does not begin as a pickle of protocol 2');
  const protocol = reader.byte();
  if (protocol !== 2 && protocol !== 3) throw invalidPickle(`its protocol is ${protocol}, not 2`);
  for (;;) {
    const opcode = reader.byte();
    if (opcode === STOP) return reader.result();
    const operation = OPERATIONS.get(opcode);
    if (!operation) throw unknownOpcode(opcode);
    operation(reader);
  }
}

function unknownOpcode(opcode: number): PlaygroundError {
  const name = opcode > 0x20 && opcode < 0x7f ? `'${String.fromCharCode(opcode)}'` : `${opcode}`;
  return new PlaygroundError(
    'data/pickle-unsafe',
    `The pickle uses the operation ${name}, which a CIFAR-10 batch does not need. It was refused; get the official archive again.`,
  );
}

const STOP = 0x2e;

/** LONG1: a little-endian two's-complement integer of `length` bytes. Python writes one only beyond 31 bits; here 6 bytes do. */
function longOf(bytes: Uint8Array): number {
  if (bytes.length > 6) throw invalidPickle('an integer in it is too large');
  let value = 0;
  for (let index = bytes.length - 1; index >= 0; index--) value = value * 256 + (bytes[index] ?? 0);
  const isNegative = ((bytes[bytes.length - 1] ?? 0) & 0x80) !== 0;
  return isNegative ? value - 256 ** bytes.length : value;
}

const OPERATIONS: ReadonlyMap<number, (reader: PickleReader) => void> = new Map([
  [0x28, (r: PickleReader) => r.mark()], // '(' MARK
  [0x29, (r) => r.push(new PickleTuple([]))], // ')' EMPTY_TUPLE
  [0x42, (r) => r.push(r.take(r.uint32()))], // 'B' BINBYTES
  [0x43, (r) => r.push(r.take(r.byte()))], // 'C' SHORT_BINBYTES
  [0x4a, (r) => r.push(r.int32())], // 'J' BININT
  [0x4b, (r) => r.push(r.byte())], // 'K' BININT1
  [0x4d, (r) => r.push(r.uint16())], // 'M' BININT2
  [0x4e, (r) => r.push(null)], // 'N' NONE
  [0x52, (r) => r.reduce()], // 'R' REDUCE
  [0x54, (r) => r.push(r.take(r.uint32()))], // 'T' BINSTRING
  [0x55, (r) => r.push(r.take(r.byte()))], // 'U' SHORT_BINSTRING
  [0x58, (r) => r.push(new PickleText(r.take(r.uint32())))], // 'X' BINUNICODE
  [0x5d, (r) => r.push([])], // ']' EMPTY_LIST
  [0x61, (r) => r.append([r.pop()])], // 'a' APPEND
  [0x62, (r) => r.build()], // 'b' BUILD
  [0x63, (r) => r.global(r.line(), r.line())], // 'c' GLOBAL
  [0x65, (r) => r.append(r.popToMark())], // 'e' APPENDS
  [0x68, (r) => r.recall(r.byte())], // 'h' BINGET
  [0x6a, (r) => r.recall(r.uint32())], // 'j' LONG_BINGET
  [0x71, (r) => r.remember(r.byte())], // 'q' BINPUT
  [0x72, (r) => r.remember(r.uint32())], // 'r' LONG_BINPUT
  [0x73, (r) => r.setItems(r.popTuple(2).items)], // 's' SETITEM
  [0x74, (r) => r.push(new PickleTuple(r.popToMark()))], // 't' TUPLE
  [0x75, (r) => r.setItems(r.popToMark())], // 'u' SETITEMS
  [0x7d, (r) => r.push(new Map())], // '}' EMPTY_DICT
  [0x85, (r) => r.push(r.popTuple(1))], // TUPLE1
  [0x86, (r) => r.push(r.popTuple(2))], // TUPLE2
  [0x87, (r) => r.push(r.popTuple(3))], // TUPLE3
  [0x88, (r) => r.push(true)], // NEWTRUE
  [0x89, (r) => r.push(false)], // NEWFALSE
  [0x8a, (r) => r.push(longOf(r.take(r.byte())))], // LONG1
]);
