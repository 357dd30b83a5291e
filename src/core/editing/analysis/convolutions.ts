/** What a convolution's constructor says besides its output channels: input channels, kernel size, whether it is depthwise. */
import type { SourceFramework } from '../../codegen/seSnippets';
import type { CallExpr, Expr, FunctionNode, SourceModule } from '../syntax/ast';
import { argumentOf, lastName, stripSpans } from './layers';
import type { ChannelSource, LayerScope } from './layers';
import { onlyReturn } from './scope';

export interface ConvolutionFacts {
  /** Side of a square kernel; null where the source does not say a number. */
  readonly kernel: number | null;
  readonly depthwise: boolean;
  /** Channels of the input, for frameworks whose constructors say (PyTorch, nnx). */
  readonly inputs: ChannelSource | null;
}

const MAX_HOPS = 6;

/** Frameworks whose constructors begin with the input channels. */
const SAYS_INPUTS: ReadonlySet<string> = new Set(['pytorch', 'flax-nnx']);

export class ConvolutionReader {
  private readonly functions: ReadonlyMap<string, FunctionNode>;

  constructor(
    private readonly framework: SourceFramework,
    module: SourceModule,
  ) {
    this.functions = new Map(
      module.body.flatMap((statement) =>
        statement.kind === 'function' ? [[statement.function.name, statement.function] as const] : [],
      ),
    );
  }

  /** Reads `self.conv2`, `nn.Conv2d(...)`, `conv3x3(planes, planes)`, or the first such in an nn.Sequential; null for anything else. */
  read(layer: Expr, scope: LayerScope, hops = 0): ConvolutionFacts | null {
    if (hops > MAX_HOPS) return null;
    switch (layer.kind) {
      case 'call':
        return this.readCall(layer, scope, hops);
      case 'member': {
        const definition = scope.attributes?.definitionsOf(layer.property).at(-1);
        if (!definition || layer.object.kind !== 'name') return null;
        return this.read(
          definition.value,
          { attributes: scope.attributes, function: definition.method, definition },
          hops + 1,
        );
      }
      case 'conditional':
        return this.read(layer.whenTrue, scope, hops + 1);
      case 'cast':
        return this.read(layer.value, scope, hops + 1);
      default:
        return null;
    }
  }

  /** A 1x1 convolution: it mixes channels and sees no neighbourhood. */
  isProjection(layer: Expr): boolean {
    return this.read(layer, { attributes: null, function: null, definition: null })?.kernel === 1;
  }

  private readCall(call: CallExpr, scope: LayerScope, hops: number): ConvolutionFacts | null {
    const name = lastName(call.callee);
    if (/^sequential$/i.test(name)) return this.first(call, scope, hops);
    const helper = call.callee.kind === 'name' ? this.functions.get(call.callee.name) : undefined;
    const returned = helper && onlyReturn(helper);
    if (helper && returned) {
      const inner = this.read(returned, { attributes: null, function: helper, definition: null }, hops + 1);
      return inner && this.substituted(inner, call, helper, scope);
    }
    return {
      kernel: /conv/i.test(name) ? this.kernelOf(call) : null,
      depthwise: isDepthwise(call),
      inputs: this.inputsOf(call, scope),
    };
  }

  private first(call: CallExpr, scope: LayerScope, hops: number): ConvolutionFacts | null {
    const [only] = call.args;
    const items = only?.value.kind === 'list' ? only.value.items : call.args;
    for (const item of items) {
      const found = item.spread ? null : this.read(item.value, scope, hops + 1);
      if (found) return found;
    }
    return null;
  }

  /** `conv3x3(a, b)` takes its input channels from the call's own argument. */
  private substituted(
    inner: ConvolutionFacts,
    call: CallExpr,
    helper: FunctionNode,
    scope: LayerScope,
  ): ConvolutionFacts {
    const wanted = inner.inputs?.expr;
    const index =
      wanted?.kind === 'name'
        ? helper.parameters.findIndex((parameter) => parameter.name === wanted.name)
        : -1;
    const given =
      index < 0 ? null : argumentOf(call, { index, keyword: helper.parameters[index]?.name ?? '' });
    return { ...inner, inputs: given && { expr: given, definition: scope.definition } };
  }

  private kernelOf(call: CallExpr): number | null {
    const index = SAYS_INPUTS.has(this.framework) ? 2 : 1;
    const written =
      argumentOf(call, { index, keyword: 'kernel_size' }) ??
      argumentOf(call, { index: -1, keyword: 'kernelSize' });
    const side = written?.kind === 'list' ? written.items[0]?.value : written;
    return side?.kind === 'number' ? side.value : null;
  }

  private inputsOf(call: CallExpr, scope: LayerScope): ChannelSource | null {
    if (!SAYS_INPUTS.has(this.framework)) return null;
    for (const keyword of ['in_channels', 'in_features', 'num_features', 'num_channels', 'in_planes']) {
      const expr = argumentOf(call, { index: -1, keyword });
      if (expr) return { expr, definition: scope.definition };
    }
    // GroupNorm(groups, channels) is the one layer that does not begin with its input channels.
    const expr = argumentOf(call, { index: lastName(call.callee) === 'GroupNorm' ? 1 : 0, keyword: '' });
    return expr && { expr, definition: scope.definition };
  }
}

/**
 * A depthwise convolution: so called (`DepthwiseConv2D`), or with as many groups as it has channels: `groups=hidden` where `hidden` is
 * also what goes in or out.
 */
export function isDepthwise(call: CallExpr): boolean {
  const name = lastName(call.callee);
  if (/depth_?wise/i.test(name)) return true;
  const groups =
    argumentOf(call, { index: name === 'Conv2d' ? 6 : -1, keyword: 'groups' }) ??
    argumentOf(call, { index: -1, keyword: 'feature_group_count' });
  if (!groups || groups.kind === 'number') return false;
  const text = JSON.stringify(stripSpans(groups));
  return call.args.some((item) => item.value !== groups && JSON.stringify(stripSpans(item.value)) === text);
}
