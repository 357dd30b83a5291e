/** What a layer expression is: role, channels, depth, and whether it is an SE block, following the source's own definitions. */
import type { SourceFramework } from '../../codegen/seSnippets';
import type { CallExpr, ClassNode, Expr, FunctionNode, SourceModule } from '../syntax/ast';
import { eachExpression, eachStatement, expressionsOf } from '../syntax/ast';
import type { Constructor } from './constructors';
import { ConstructorReader, withPresets } from './constructors';
import type { Imports } from './imports';
import {
  argumentOf,
  keepsMap,
  lastName,
  mergeFacts,
  PASS_LAYER,
  SE_LAYER,
  UNKNOWN_LAYER,
} from './layerFacts';
import type { LayerFacts, LayerScope } from './layerFacts';
import { listedLayers } from './layerLists';
import type { Presence } from './layerLists';
import { isConventionalPass, isPassFunction, SQUEEZE_LAYERS } from './layerTable';
import { DROP_LAYERS, SE_NAME } from './layerNames';
import { ClassAttributes, localValues, onlyReturn } from './scope';
import { Substitution } from './substitution';

export type { ChannelSource, LayerFacts, LayerScope } from './layerFacts';
export { argumentOf, keepsMap, lastName, stripSpans } from './layerFacts';

const MAX_HOPS = 8;

interface SequenceItem {
  readonly layer: Expr;
  readonly presence: Presence;
}

/** What a function or class of the file does to the feature map it is given. Channels are in its own terms. */
export interface BodyFacts extends LayerFacts {
  /** Whether a residual addition is inside: then an SE block belongs there, and not behind it. */
  readonly residual: boolean;
}

/** Reads bodies by following values through them; null where no feature map goes through. */
export interface BodyReader {
  ofFunction(node: FunctionNode): BodyFacts | null;
  ofClass(attributes: ClassAttributes): BodyFacts | null;
}

export class LayerReader {
  private readonly constructors: ConstructorReader;
  private readonly bodies: BodyReader;
  /** What is known of `self.name`: the forward pass asks again and again. */
  private readonly attributes = new Map<ClassAttributes, Map<string, LayerFacts>>();

  constructor(
    readonly framework: SourceFramework,
    readonly imports: Imports,
    module: SourceModule,
    bodiesWith: (reader: LayerReader) => BodyReader,
  ) {
    this.constructors = new ConstructorReader(framework, imports, module);
    this.bodies = bodiesWith(this);
  }

  /** Facts of `self.conv1`, `nn.Conv2d(3, 64)`, `conv3x3(planes, planes)`, `nnx.relu` or a conditional of such. */
  describe(layer: Expr, scope: LayerScope, hops = 0): LayerFacts {
    if (hops > MAX_HOPS) return UNKNOWN_LAYER;
    switch (layer.kind) {
      case 'call':
        return this.describeCall(layer, scope, hops);
      case 'member': {
        const path = this.imports.pathOf(layer);
        if (path !== null) return isPassFunction(path) ? PASS_LAYER : UNKNOWN_LAYER;
        return layer.object.kind === 'name' && scope.attributes
          ? this.describeAttribute(layer.property, scope.attributes, hops)
          : UNKNOWN_LAYER;
      }
      case 'conditional':
        return mergeFacts([
          this.describe(layer.whenTrue, scope, hops + 1),
          this.describe(layer.whenFalse, scope, hops + 1),
        ]);
      case 'cast':
        return this.describe(layer.value, scope, hops + 1);
      case 'name':
        return this.describeName(layer.name, layer, scope, hops);
      default:
        return UNKNOWN_LAYER;
    }
  }

  private describeName(name: string, expr: Expr, scope: LayerScope, hops: number): LayerFacts {
    const values = scope.function
      ? localValues(scope.function, name).filter((value) => value.kind === 'call')
      : [];
    if (values.length > 0) return mergeFacts(values.map((value) => this.describe(value, scope, hops + 1)));
    const path = this.imports.pathOf(expr);
    if (path !== null && isPassFunction(path)) return PASS_LAYER;
    const given = scope.function?.parameters.some((parameter) => parameter.name === name) ?? false;
    return given && isConventionalPass(name) ? PASS_LAYER : UNKNOWN_LAYER;
  }

  private describeAttribute(name: string, attributes: ClassAttributes, hops: number): LayerFacts {
    if (hops > 0) return this.readAttribute(name, attributes, hops);
    const known = this.attributes.get(attributes) ?? new Map<string, LayerFacts>();
    const facts = known.get(name) ?? this.readAttribute(name, attributes, hops);
    known.set(name, facts);
    this.attributes.set(attributes, known);
    return facts;
  }

  private readAttribute(name: string, attributes: ClassAttributes, hops: number): LayerFacts {
    const definitions = attributes.definitionsOf(name);
    if (definitions.length > 0) {
      return mergeFacts(
        definitions.map((definition) =>
          this.describe(definition.value, { attributes, function: definition.method, definition }, hops + 1),
        ),
      );
    }
    const held = attributes.field(name)?.fallback ?? attributes.classValue(name);
    const facts = held
      ? this.describe(held, { attributes: null, function: null, definition: null }, hops + 1)
      : UNKNOWN_LAYER;
    // A field holds what its caller gives; what its name promises is all there is to know of it.
    return facts.role === 'unknown' && attributes.field(name) && isConventionalPass(name)
      ? PASS_LAYER
      : facts;
  }

  private describeCall(call: CallExpr, scope: LayerScope, hops: number): LayerFacts {
    const name = lastName(call.callee);
    if (SE_NAME.test(name)) return SE_LAYER;
    if (DROP_LAYERS.test(name)) return PASS_LAYER;
    if (name === 'create_attn') return attention(call);
    if (this.constructors.isPartial(call)) {
      const [bound] = call.args;
      const facts = bound ? this.describe(bound.value, scope, hops + 1) : UNKNOWN_LAYER;
      return facts.role === 'pass' ? facts : UNKNOWN_LAYER;
    }
    const made = this.constructors.resolve(call.callee, scope);
    return made ? this.describeMade(made, withPresets(call, made.presets), scope, hops) : UNKNOWN_LAYER;
  }

  private describeMade(made: Constructor, call: CallExpr, scope: LayerScope, hops: number): LayerFacts {
    if (SE_NAME.test(made.name)) return SE_LAYER;
    if (DROP_LAYERS.test(made.name)) return PASS_LAYER;
    switch (made.kind) {
      case 'import':
        return UNKNOWN_LAYER;
      case 'function':
        return this.describeHelper(call, made.node, scope, hops);
      case 'class':
        return this.describeOwnClass(call, made.node, scope, hops);
      case 'layer': {
        const { role, channels: place } = made.entry;
        if (role === 'sequence') return this.describeItems(this.sequenceItems(call, scope), scope, hops);
        const channels = place ? argumentOf(call, place) : null;
        return {
          role,
          channels: channels ? { expr: channels, definition: scope.definition } : null,
          hasSe: false,
          squeezes: SQUEEZE_LAYERS.test(made.name),
          convs: role === 'conv' ? 1 : 0,
          layers: 1,
        };
      }
    }
  }

  /** The layers of `nn.Sequential(a, b)`, `nn.Sequential(*layers)`, `keras.Sequential([a, b])` and `tf.sequential({layers: [a, b]})`. */
  private sequenceItems(call: CallExpr, scope: LayerScope): SequenceItem[] {
    const always = (layer: Expr): SequenceItem => ({ layer, presence: 'always' });
    const [first] = call.args;
    if (first?.value.kind === 'object') {
      const list = argumentOf(call, { index: 0, keyword: 'layers' });
      return list?.kind === 'list' ? list.items.map((item) => always(item.value)) : [always(first.value)];
    }
    const listed = listedLayers(call, scope.function?.body ?? []);
    const known = listed.length > 0 || call.args.length === 0;
    return known ? listed : call.args.map((item) => always(item.value));
  }

  /** A chain of layers as one: the channels of the last that says. */
  describeSequence(layers: readonly Expr[], scope: LayerScope): LayerFacts {
    return this.describeItems(
      layers.map((layer) => ({ layer, presence: 'always' })),
      scope,
      0,
    );
  }

  private describeItems(items: readonly SequenceItem[], scope: LayerScope, hops: number): LayerFacts {
    const facts = items.map(({ layer, presence }) => ({
      ...this.describe(layer, scope, hops + 1),
      presence,
    }));
    const sum = (count: (fact: LayerFacts) => number): number =>
      facts.reduce((total, fact) => total + count(fact), 0);
    const { role, channels } = chainEnd(facts);
    return {
      role,
      channels,
      hasSe: facts.some((fact) => fact.hasSe),
      squeezes: facts.some((fact) => fact.squeezes),
      convs: sum((fact) => fact.convs),
      layers: sum((fact) => fact.layers),
    };
  }

  /** What a function of the file does to the tensor it is given, where the call is of such a function; null for any other call. */
  passage(call: CallExpr): BodyFacts | null {
    const made = this.constructors.resolve(call.callee, {
      attributes: null,
      function: null,
      definition: null,
    });
    if (made?.kind !== 'function' || call.callee.kind !== 'name') return null;
    return this.bodies.ofFunction(made.node);
  }

  /** `def conv3x3(in_planes, out_planes): return nn.Conv2d(in_planes, out_planes, ...)`, or a function that applies layers to its argument. */
  private describeHelper(call: CallExpr, helper: FunctionNode, scope: LayerScope, hops: number): LayerFacts {
    const returned = onlyReturn(helper);
    const made = returned
      ? this.describe(returned, { attributes: null, function: helper, definition: null }, hops + 1)
      : UNKNOWN_LAYER;
    const facts = made.role === 'unknown' ? this.bodies.ofFunction(helper) : made;
    if (!facts) return made;
    return inTermsOf(facts, new Substitution(call, helper.parameters, helper, null), scope);
  }

  /** A class of the file: the chain it hands to nn.Sequential's constructor, else what its forward pass does. */
  private describeOwnClass(call: CallExpr, node: ClassNode, scope: LayerScope, hops: number): LayerFacts {
    const attributes = ClassAttributes.of(node);
    const constructor = attributes.method('__init__');
    const parameters = constructor ? constructor.parameters.slice(1) : node.fields;
    const items = constructor && this.superItems(node, constructor);
    const facts = items
      ? this.describeItems(items, { attributes, function: constructor, definition: null }, hops)
      : this.bodies.ofClass(attributes);
    // A class that nobody can read counts for depth.
    if (!facts) return { ...UNKNOWN_LAYER, convs: 1 };
    return inTermsOf(facts, new Substitution(call, parameters, constructor, attributes), scope);
  }

  /** The layers that a subclass of nn.Sequential passes to `super().__init__`; null for any other class. */
  private superItems(node: ClassNode, constructor: FunctionNode): SequenceItem[] | null {
    const top = { attributes: null, function: null, definition: null };
    const chains = node.bases.some((base) => {
      const made = this.constructors.resolve(base, top);
      return made?.kind === 'layer' && made.entry.role === 'sequence';
    });
    if (!chains) return null;
    for (const statement of eachStatement(constructor.body)) {
      for (const root of expressionsOf(statement)) {
        for (const expr of eachExpression(root)) {
          if (expr.kind !== 'call' || expr.callee.kind !== 'member' || expr.callee.property !== '__init__')
            continue;
          return this.sequenceItems(expr, { attributes: null, function: constructor, definition: null });
        }
      }
    }
    return null;
  }
}

/** The last of a chain that makes channels or says how many; layers that are there only sometimes must agree with the last that surely is. */
function chainEnd(
  facts: readonly (LayerFacts & { presence: Presence })[],
): Pick<LayerFacts, 'role' | 'channels'> {
  const telling = facts.filter((fact) => !keepsMap(fact) || fact.channels !== null);
  const lastSure = telling.map((fact) => fact.presence).lastIndexOf('always');
  const after = telling.slice(lastSure + 1);
  const sure = telling[lastSure];
  const optional = after.some((fact) => fact.presence === 'maybe');
  if (optional && !sure) return { role: 'unknown', channels: null };
  const candidates = sure && (optional || after.length === 0) ? [sure, ...after] : after;
  if (candidates.length === 0) return { role: 'pass', channels: null };
  // A norm that may follow a convolution says the same channels in another role.
  const { role, channels } = mergeFacts(
    candidates.map((fact) => (fact.channels ? { ...fact, role: 'conv' } : fact)),
  );
  const unclear = channels === null && role !== 'flat' && role !== 'conv';
  return unclear ? { role: 'unknown', channels: null } : { role, channels };
}

/** timm's `create_attn(kind, channels)`: an SE block unless the kind is written out and is another. */
function attention(call: CallExpr): LayerFacts {
  const kind = call.args[0]?.value;
  return kind?.kind === 'string' && !/^(e?se|.*squeeze.*)/i.test(kind.value) ? PASS_LAYER : SE_LAYER;
}

/** Facts of a body with its channels as the call gives them; a count that only the body knows becomes none. */
function inTermsOf(facts: LayerFacts, substitution: Substitution, scope: LayerScope): LayerFacts {
  const { role, hasSe, squeezes, convs, layers } = facts;
  const known = { role, hasSe, squeezes, convs, layers };
  if (!facts.channels) return { ...known, channels: null };
  const expr = substitution.of(facts.channels.expr, facts.channels.definition);
  if (expr) return { ...known, channels: { expr, definition: scope.definition } };
  // A convolution may leave its channels open; a norm that says a number nobody can read must not pass for one that keeps them.
  return { ...known, role: role === 'flat' ? 'flat' : 'conv', channels: null };
}
