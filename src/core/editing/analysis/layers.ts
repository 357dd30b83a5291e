/** What a layer expression is: role, channels, depth, and whether it is an SE block, following the source's own definitions. */
import type { SourceFramework } from '../../codegen/seSnippets';
import type { CallExpr, ClassNode, Expr, FunctionNode, SourceModule } from '../syntax/ast';
import { eachExpression, eachStatement, expressionsOf } from '../syntax/ast';
import type { Constructor } from './constructors';
import { ConstructorReader, withPresets } from './constructors';
import type { Imports } from './imports';
import { argumentOf, lastName, mergeFacts, PASS_LAYER, SE_LAYER, UNKNOWN_LAYER } from './layerFacts';
import type { ChannelSource, LayerFacts, LayerScope } from './layerFacts';
import { chainEnd, sequenceItems } from './sequences';
import type { SequenceItem } from './sequences';
import { isConventionalPass, isPassFunction, SQUEEZE_LAYERS } from './layerTable';
import { DROP_LAYERS, REPARAMETRIZATIONS, SE_NAME } from './layerNames';
import { ClassAttributes, localValues, onlyReturn } from './scope';
import { Substitution } from './substitution';

export type { ChannelSource, LayerFacts, LayerScope } from './layerFacts';
export { argumentOf, keepsMap, lastName, stripSpans } from './layerFacts';

const MAX_HOPS = 8;

/** What a function or class of the file does to the feature map it is given. Channels are in its own terms. */
export interface BodyFacts extends LayerFacts {
  /** Whether a residual addition is inside: then an SE block belongs there, and not behind it. */
  readonly residual: boolean;
}

/** Reads bodies by following values through them; null where no feature map goes through. */
export interface BodyReader {
  /** `owner`: the class whose method it is; null for a function of the top level. */
  ofFunction(node: FunctionNode, owner: ClassAttributes | null): BodyFacts | null;
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
    const [wrapped] = call.args;
    if (wrapped && REPARAMETRIZATIONS.test(name)) return this.describe(wrapped.value, scope, hops + 1);
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
        return this.describeHelper(call, made.node, made.owner, scope, hops);
      case 'class':
        return this.describeOwnClass(call, made.node, scope, hops);
      case 'layer': {
        const { role, channels: place } = made.entry;
        if (role === 'sequence') return this.describeItems(sequenceItems(call, scope), scope, hops);
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

  /** A chain of layers as one: the channels of the last that says. */
  describeSequence(layers: readonly Expr[], scope: LayerScope): LayerFacts {
    return this.describeItems(
      layers.map((layer) => ({ layer, presence: 'always', arm: null })),
      scope,
      0,
    );
  }

  private describeItems(items: readonly SequenceItem[], scope: LayerScope, hops: number): LayerFacts {
    const facts = items.map(({ layer, presence, arm }) => ({
      ...this.describe(layer, scope, hops + 1),
      presence,
      arm,
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

  /** What a function or method of the file does to the tensor it is given, where the call is of such a one; null for any other call. */
  passage(call: CallExpr, attributes: ClassAttributes | null): BodyFacts | null {
    const made = this.constructors.resolve(call.callee, { attributes, function: null, definition: null });
    if (made?.kind !== 'function' || made.presets.length > 0) return null;
    return this.bodies.ofFunction(made.node, made.owner);
  }

  /** `def conv3x3(in_planes, out_planes): return nn.Conv2d(in_planes, out_planes, ...)`, or a function that applies layers to its argument. */
  private describeHelper(
    call: CallExpr,
    helper: FunctionNode,
    owner: ClassAttributes | null,
    scope: LayerScope,
    hops: number,
  ): LayerFacts {
    const returned = onlyReturn(helper);
    const made = returned
      ? this.describe(returned, { attributes: owner, function: helper, definition: null }, hops + 1)
      : UNKNOWN_LAYER;
    const facts = made.role === 'unknown' ? this.bodies.ofFunction(helper, owner) : made;
    if (!facts) return made;
    if (owner && facts.channels && isOwnWord(facts.channels, helper))
      return {
        ...facts,
        channels: { ...facts.channels, definition: facts.channels.definition ?? scope.definition },
      };
    const parameters = owner ? helper.parameters.slice(1) : helper.parameters;
    return inTermsOf(facts, new Substitution(call, parameters, helper, null), scope);
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
          return sequenceItems(expr, { attributes: null, function: constructor, definition: null });
        }
      }
    }
    return null;
  }
}

/** Whether a method's channels mean the same anywhere in its class: those of a layer that the class holds, and `self.width`. */
function isOwnWord({ expr, definition }: ChannelSource, method: FunctionNode): boolean {
  const self = method.parameters[0]?.name;
  return (
    definition !== null ||
    (expr.kind === 'member' && expr.object.kind === 'name' && expr.object.name === self)
  );
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
