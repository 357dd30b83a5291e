/** Names of Python's libraries whose meaning a dry run knows, by their dotted paths. */
import { asNumber, Float } from '../values/numbers';
import { whyUnknown } from '../values/known';
import { stakeOf } from '../values/stake';
import type { Arguments, MachineDoor, Value } from '../values/values';
import { ClassValue, Dict, External, Iteration, Partial, Tuple, Unknown } from '../values/values';
import { builtin, given } from './builtins';
import { copied } from './copying';
import {
  asDict,
  DATACLASS,
  defaultDict,
  namedTuple,
  namedTupleClass,
  orderedDict,
  plainClass,
  replaced,
} from './pythonCollections';
import {
  FLAX_MODULE,
  KERAS_LAYER,
  KERAS_MODEL,
  KERAS_SEQUENTIAL,
  MODULE_DICT,
  MODULE_LIST,
  SEQUENTIAL,
  TORCH_MODULE,
  WRAPPER,
} from './modules';
import { TIMM_LIBRARY } from './timm';
import { VECTOR_LIBRARY } from './vectorFunctions';

type Run = (machine: MachineDoor, args: Arguments) => Value;

const itself: Run = (_, { positional: [value] }) => value;

function numeric(apply: (...numbers: number[]) => number, isWhole = false): Run {
  return (_, { positional }) => {
    const numbers = positional.map(asNumber);
    const unknown = numbers.indexOf(null);
    if (unknown >= 0) return new Unknown(whyUnknown(positional[unknown]) ?? 'a function of no number');
    const result = apply(...(numbers as number[]));
    if (!Number.isFinite(result)) return new Unknown('a number that is not finite');
    if (!isWhole) return new Float(result);
    return Number.isSafeInteger(result) ? result + 0 : new Unknown('a whole number beyond 2^53');
  };
}

function gcd(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : gcd(b, a % b);
}

const product: Run = (machine, { positional: [source] }) => {
  const items = machine.items(source);
  if (items instanceof Unknown) return items;
  return items.reduce<Value>((total, item) => machine.binary('*', total, item), 1);
};

/**
 * The rounding of channels that torchvision, timm and MobileNet code share under the names `_make_divisible` and
 * `make_divisible`: to a multiple of the divisor, never more than a tenth down.
 */
const makeDivisible: Run = (_, args) => {
  const value = asNumber(args.positional[0]);
  const divisor = asNumber(given(args, 1, 'divisor', 8));
  const least = asNumber(given(args, 2, 'min_value', null)) ?? divisor;
  if (value === null || !divisor || least === null) return new Unknown('a rounded number of channels');
  const rounded = Math.max(least, Math.floor((value + divisor / 2) / divisor) * divisor);
  return rounded < 0.9 * value ? rounded + divisor : rounded;
};

/** torchvision's: sets an argument that the caller has not given. */
const overwriteNamedParameter: Run = (machine, { positional: [dict, name, value] }) => {
  if (dict instanceof Dict && typeof name === 'string' && !dict.entries.has(`s${name}`))
    machine.setItem(dict, name, value);
  return null;
};

const partial: Run = (_, { positional: [callee, ...rest], named }) =>
  new Partial(callee, { positional: rest, named, more: null });

const reduce: Run = (machine, { positional: [apply, source, ...start] }) => {
  const items = machine.items(source);
  if (items instanceof Unknown) return items;
  const [first, ...rest] = [...start, ...items];
  return rest.reduce<Value>(
    (total, item) => machine.call(apply, { positional: [total, item], named: new Map(), more: null }),
    first,
  );
};

const chain: Run = (machine, { positional }) => {
  const all: Value[] = [];
  for (const source of positional) {
    const items = machine.items(source);
    if (items instanceof Unknown) return items;
    machine.budget.fits(all.length + items.length);
    machine.budget.size(items.length);
    all.push(...items);
  }
  return new Iteration(all);
};

const repeat: Run = (machine, { positional: [value, times] }) => {
  if (typeof times !== 'number') return new Unknown('a value repeated without end', stakeOf(value));
  machine.budget.size(times);
  return new Iteration(new Array<Value>(Math.max(0, times)).fill(value));
};

const accumulate: Run = (machine, { positional: [source] }) => {
  const items = machine.items(source);
  if (items instanceof Unknown) return items;
  const sums: Value[] = [];
  for (const item of items) sums.push(sums.length === 0 ? item : machine.binary('+', sums.at(-1), item));
  return new Iteration(sums);
};

const cartesian: Run = (machine, { positional }) => {
  let rows: Value[][] = [[]];
  for (const source of positional) {
    const items = machine.items(source);
    if (items instanceof Unknown) return items;
    machine.budget.size(rows.length * items.length);
    rows = rows.flatMap((row) => items.map((item) => [...row, item]));
  }
  return new Iteration(rows.map((row) => new Tuple(row)));
};

function enumClass(path: string): ClassValue {
  const type = new ClassValue(path.slice(path.lastIndexOf('.') + 1), path, 'enum', null);
  type.order = [type];
  return type;
}

/** torchvision's enumerations of weights. Without weights there is nothing to verify. */
function weightsEnum(): ClassValue {
  const type = enumClass('torchvision.models.WeightsEnum');
  const verify = builtin('verify', (_, { positional: [weights] }) =>
    weights === null ? null : new Unknown('weights'),
  );
  type.attributes.set('verify', verify);
  return type;
}

const WEIGHTS_ENUM = weightsEnum();

const FUNCTIONS: Readonly<Record<string, Run>> = {
  'functools.partial': partial,
  'functools.reduce': reduce,
  'collections.OrderedDict': orderedDict,
  'collections.defaultdict': defaultDict,
  'collections.namedtuple': namedTuple,
  'copy.copy': (machine, { positional: [value] }) => copied(machine, value, false),
  'copy.deepcopy': (machine, { positional: [value] }) => copied(machine, value, true),
  'dataclasses.replace': replaced,
  'dataclasses.asdict': asDict,
  'itertools.chain': chain,
  'itertools.chain.from_iterable': (machine, { positional: [source] }) => {
    const items = machine.items(source);
    return items instanceof Unknown
      ? items
      : chain(machine, { positional: items, named: new Map(), more: null });
  },
  'itertools.repeat': repeat,
  'itertools.accumulate': accumulate,
  'itertools.product': cartesian,
  'math.floor': numeric(Math.floor, true),
  'math.ceil': numeric(Math.ceil, true),
  'math.trunc': numeric(Math.trunc, true),
  'math.gcd': numeric((...all) => all.reduce(gcd, 0), true),
  'math.sqrt': numeric(Math.sqrt),
  'math.log': numeric((x, base = Math.E) => (base === Math.E ? Math.log(x) : Math.log(x) / Math.log(base))),
  'math.log2': numeric(Math.log2),
  'math.log10': numeric(Math.log10),
  'math.exp': numeric(Math.exp),
  'math.pow': numeric((a, b = NaN) => a ** b),
  'math.cos': numeric(Math.cos),
  'math.sin': numeric(Math.sin),
  'math.fabs': numeric(Math.abs),
  'math.prod': product,
  'typing.cast': (_, { positional: [, value] }) => value,
  'torch.jit.script': itself,
  'torch.compile': itself,
  'torch.nn.utils.weight_norm': itself,
  'torch.nn.utils.spectral_norm': itself,
  'torch.nn.utils.parametrizations.weight_norm': itself,
  'torch.nn.utils.parametrizations.spectral_norm': itself,
  'torch.nn.SyncBatchNorm.convert_sync_batchnorm': itself,
  'torchvision.models._utils._make_divisible': makeDivisible,
  '._utils._make_divisible': makeDivisible,
  'torchvision.models._utils._ovewrite_named_param': overwriteNamedParameter,
  '._utils._ovewrite_named_param': overwriteNamedParameter,
  'timm.models.layers.make_divisible': makeDivisible,
  'timm.layers.make_divisible': makeDivisible,
};

const VALUES: Readonly<Record<string, Value>> = {
  'math.pi': new Float(Math.PI),
  'math.e': new Float(Math.E),
  'math.inf': new Float(Infinity),
  'dataclasses.dataclass': DATACLASS,
  'flax.struct.dataclass': DATACLASS,
  'functools.cached_property': builtin('cached_property', itself),
  'typing.TYPE_CHECKING': false,
  'typing.NamedTuple': namedTupleClass(),
  'typing.Generic': plainClass('typing.Generic'),
  'typing.Protocol': plainClass('typing.Protocol'),
  'abc.ABC': plainClass('abc.ABC'),
  'enum.Enum': enumClass('enum.Enum'),
  'enum.IntEnum': enumClass('enum.IntEnum'),
  'torchvision.models.WeightsEnum': WEIGHTS_ENUM,
  'torchvision.models._api.WeightsEnum': WEIGHTS_ENUM,
  '._api.WeightsEnum': WEIGHTS_ENUM,
  'torch.nn.Module': TORCH_MODULE,
  'torch.nn.Sequential': SEQUENTIAL,
  'torch.nn.ModuleList': MODULE_LIST,
  'torch.nn.ModuleDict': MODULE_DICT,
  'torch.nn.DataParallel': WRAPPER,
  'torch.nn.parallel.DataParallel': WRAPPER,
  'torch.nn.parallel.DistributedDataParallel': WRAPPER,
  'keras.layers.Layer': KERAS_LAYER,
  'keras.Layer': KERAS_LAYER,
  'keras.Model': KERAS_MODEL,
  'keras.models.Model': KERAS_MODEL,
  'keras.engine.base_layer.Layer': KERAS_LAYER,
  'tensorflow.Module': KERAS_LAYER,
  'keras.Sequential': KERAS_SEQUENTIAL,
  'keras.models.Sequential': KERAS_SEQUENTIAL,
  'flax.linen.Module': FLAX_MODULE,
};

const LIBRARY: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...Object.entries(VALUES),
  ...Object.entries(FUNCTIONS).map(([path, run]): [string, Value] => [path, builtin(path, run)]),
  ...VECTOR_LIBRARY,
  ...TIMM_LIBRARY,
]);

/** One path for the several under which a library offers the same. */
function canonicalPath(path: string): string {
  return path
    .replace(/^(tensorflow(\.python)?|tensorflow\.compat\.v[12])\.keras\b/, 'keras')
    .replace(/^tf_keras\b/, 'keras')
    .replace(/^torch\.nn\.modules(\.[a-z]\w*)?\.(?=[A-Z])/, 'torch.nn.')
    .replace(/^typing_extensions\./, 'typing.')
    .replace(/^typing\.(?=OrderedDict$)/, 'collections.');
}

export function pythonExternal(path: string): Value {
  if (LIBRARY.has(path)) return LIBRARY.get(path);
  const canonical = canonicalPath(path);
  return LIBRARY.has(canonical) ? LIBRARY.get(canonical) : new External(canonical);
}
