/** Costs that the SE paper prints (arXiv 1709.01507 v4, tables 2, 3, 10 and 13), beside what the Graphs count. */
import * as v from 'valibot';
import { compileModel } from './compileModel';
import { parameterCount, type Graph } from './graph';
import { modelSpecSchema } from './modelSpec';
import { paperCount, storedValues, type Convention } from './paperCount';

type Definition = v.InferInput<typeof modelSpecSchema>;
type Backbone = Definition['backbone'];
type Pair = readonly [plain: string, se: string];

export interface PaperCost {
  /** Number of the paper's table. */
  table: number;
  network: string;
  quantity: 'multiply-adds' | 'parameters';
  /** As printed, e.g. "3.86 G". */
  printed: string;
  counted: number;
  /** `counted` in the unit and digits of `printed`. */
  rounded: string;
  /** What is counted, in words. */
  convention: string;
}

const IMAGENET = { version: 1, input: { height: 224, width: 224 }, classes: 1000 } as const;
/** The ablations' blocks. */
const SE = { reduction: 16, bias: false };

const MULTIPLY_ADDS: Readonly<Record<Convention, string>> = {
  layers: 'convolutions, dense layers, one pass over the image for SE',
  activations: 'the same, and one for each output of an activation',
};
const CUT = 'all that are trained; digits are cut, not rounded';
const STORED = 'all stored values, with moving statistics and a bias for each gate';

/** Giga multiply-adds of Table 2. */
const TABLE_2: readonly { network: string; backbone: Backbone; convention: Convention; printed: Pair }[] = [
  {
    network: 'ResNet-50',
    backbone: { depth: 50, stride: '1x1' },
    convention: 'layers',
    printed: ['3.86', '3.87'],
  },
  {
    network: 'ResNet-101',
    backbone: { depth: 101, stride: '1x1' },
    convention: 'activations',
    printed: ['7.58', '7.60'],
  },
  {
    network: 'ResNet-152',
    backbone: { depth: 152, stride: '1x1' },
    convention: 'activations',
    printed: ['11.30', '11.32'],
  },
  {
    network: 'ResNeXt-50',
    backbone: { family: 'resnext', depth: 50 },
    convention: 'activations',
    printed: ['4.24', '4.25'],
  },
  {
    network: 'ResNeXt-101',
    backbone: { family: 'resnext', depth: 101 },
    convention: 'activations',
    printed: ['7.99', '8.00'],
  },
  {
    network: 'VGG-16',
    backbone: { family: 'vgg', depth: 16 },
    convention: 'layers',
    printed: ['15.47', '15.48'],
  },
  {
    network: 'BN-Inception',
    backbone: { family: 'bn-inception' },
    convention: 'activations',
    printed: ['2.03', '2.04'],
  },
  {
    network: 'Inception-ResNet-v2',
    backbone: { family: 'inception-resnet-v2' },
    convention: 'activations',
    printed: ['11.75', '11.76'],
  },
];

/** Mega multiply-adds and millions of parameters of Table 3. */
const TABLE_3: readonly {
  network: string;
  backbone: Backbone;
  convention: Convention;
  macs: Pair;
  parameters: Pair;
}[] = [
  {
    network: 'MobileNet',
    backbone: { family: 'mobilenet-v1' },
    convention: 'layers',
    macs: ['569', '572'],
    parameters: ['4.2', '4.7'],
  },
  {
    network: 'ShuffleNet',
    backbone: { family: 'shufflenet' },
    convention: 'activations',
    macs: ['140', '142'],
    parameters: ['1.8', '2.4'],
  },
];

/** Millions of parameters of SE-ResNet-50 by reduction, and by the only stage that has SE. */
const TABLE_10 = { 2: '45.7', 4: '35.7', 8: '30.7', 16: '28.1', 32: '26.9' } as const;
/** The paper numbers stages from 2; the last one alone is not in the table. */
const TABLE_13 = { 2: '25.6', 3: '25.7', 4: '26.4' } as const;

/** Every row, in the order of the tables. */
export function paperCosts(): PaperCost[] {
  const blocks = (se: Definition['se']) => graphOf({ depth: 50 }, se);
  return [
    ...TABLE_2.flatMap(({ network, backbone, convention, printed }) =>
      arms(network, backbone, printed).map(([name, graph, text]) =>
        multiplyAdds(2, name, graph, { convention, printed: text, unit: 'G' }),
      ),
    ),
    ...TABLE_3.flatMap(({ network, backbone, convention, macs, parameters }) => [
      ...arms(network, backbone, macs).map(([name, graph, text]) =>
        multiplyAdds(3, name, graph, { convention, printed: text, unit: 'M' }),
      ),
      ...arms(network, backbone, parameters).map(([name, graph, text]) =>
        parameters3(name, parameterCount(graph), text),
      ),
    ]),
    ...Object.entries(TABLE_10).map(([r, printed]) =>
      stored(10, `SE-ResNet-50, r = ${r}`, blocks({ ...SE, reduction: Number(r) }), printed),
    ),
    stored(10, 'ResNet-50', blocks('none'), '25.6'),
    ...Object.entries(TABLE_13).map(([stage, printed]) =>
      stored(
        13,
        `SE-ResNet-50, SE in stage ${stage} only`,
        blocks({ ...SE, stages: [Number(stage) - 1] }),
        printed,
      ),
    ),
    stored(13, 'SE-ResNet-50, SE in all stages', blocks(SE), '28.1'),
  ];
}

function arms(network: string, backbone: Backbone, [plain, se]: Pair): [string, Graph, string][] {
  return [
    [network, graphOf(backbone, 'none'), plain],
    [`SE-${network}`, graphOf(backbone, SE), se],
  ];
}

function graphOf(backbone: Backbone, se: Definition['se']): Graph {
  return compileModel(v.parse(modelSpecSchema, { ...IMAGENET, name: 'paper', backbone, se }));
}

function multiplyAdds(
  table: number,
  network: string,
  graph: Graph,
  { convention, printed, unit }: { convention: Convention; printed: string; unit: Unit },
): PaperCost {
  const counted = paperCount(graph, convention);
  const count = { quantity: 'multiply-adds', counted, convention: MULTIPLY_ADDS[convention] } as const;
  return { table, network, ...count, ...shown(counted, printed, unit) };
}

function parameters3(network: string, counted: number, printed: string): PaperCost {
  const step = PER_UNIT.M / 10 ** digitsOf(printed);
  const cut = Math.floor(counted / step) * step;
  return { table: 3, network, quantity: 'parameters', counted, convention: CUT, ...shown(cut, printed, 'M') };
}

function stored(table: number, network: string, graph: Graph, printed: string): PaperCost {
  const counted = storedValues(graph);
  return {
    table,
    network,
    quantity: 'parameters',
    counted,
    convention: STORED,
    ...shown(counted, printed, 'M'),
  };
}

type Unit = 'G' | 'M';
const PER_UNIT: Readonly<Record<Unit, number>> = { G: 1e9, M: 1e6 };

function shown(counted: number, printed: string, unit: Unit): Pick<PaperCost, 'printed' | 'rounded'> {
  const rounded = (counted / PER_UNIT[unit]).toFixed(digitsOf(printed));
  return { printed: `${printed} ${unit}`, rounded: `${rounded} ${unit}` };
}

function digitsOf(printed: string): number {
  return printed.split('.')[1]?.length ?? 0;
}
