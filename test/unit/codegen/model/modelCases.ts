import * as v from 'valibot';
import { modelSpecSchema, type ModelSpec } from '../../../../src/core/model/modelSpec';

type Definition = v.InferInput<typeof modelSpecSchema>;

export function specNamed(name: string, definition: Omit<Definition, 'version' | 'name'>): ModelSpec {
  return v.parse(modelSpecSchema, { version: 1, name, ...definition });
}

/**
 * Small definitions that have every setting of a network at least once: both kinds of unit, both stems, even and odd sizes (which a stride
 * of 2 pads differently), sides that differ, every place, gate and squeeze, widths by reduction, divisor and number, some stages and none.
 */
export const MODEL_CASES: readonly ModelSpec[] = [
  specNamed('standard', { backbone: { depth: 8, width: 8 }, input: { height: 16, width: 16 } }),
  specNamed('pre, hard-sigmoid, no bias, odd', {
    backbone: { depth: 14, width: 8 },
    input: { height: 9, width: 9 },
    classes: 4,
    se: { place: 'pre', gate: 'hard-sigmoid', bias: false, reduction: 2 },
  }),
  specNamed('post, tanh, maximum, grey, 10 x 9', {
    backbone: { depth: 8, width: 6 },
    input: { height: 10, width: 9, channels: 1 },
    classes: 3,
    se: { place: 'post', gate: 'tanh', squeeze: 'max', reduction: 4.5 },
  }),
  specNamed('identity, relu, divisor', {
    backbone: { depth: 8, width: 8 },
    input: { height: 12, width: 12 },
    se: { place: 'identity', gate: 'relu', divisor: 4, reduction: 3 },
  }),
  specNamed('without SE', { backbone: { depth: 20, width: 4 }, input: { height: 8, width: 8 }, se: 'none' }),
  specNamed('bottlenecks, last stage, hidden 3', {
    backbone: { depth: 164, width: 4 },
    input: { height: 8, width: 8 },
    se: { hidden: 3, stages: [3] },
  }),
  specNamed('ImageNet stem, basic, two stages, odd by even', {
    backbone: { depth: 18, width: 4, stem: 'imagenet' },
    input: { height: 33, width: 40 },
    classes: 7,
    se: { stages: [2, 4], bias: false },
  }),
  specNamed('ImageNet stem, bottlenecks, pre', {
    backbone: { depth: 50, width: 4 },
    input: { height: 64, width: 64 },
    se: { place: 'pre', reduction: 16 },
  }),
  specNamed('CIFAR stem, four stages, post', {
    backbone: { depth: 50, width: 4, stem: 'cifar' },
    input: { height: 11, width: 16 },
    se: { place: 'post', reduction: 8, bias: false },
  }),
];

const NASTY_NAMES = [
  '""" + __import__("os").system("true") + """',
  "'''\\",
  'line\nbreak and \u2028 another',
  '*/ alert(1) /*',
  '\u202Etxet desrever',
  'Übergroßes ResNet – 网络 😀',
  '164',
  '${name} {name} %s \\x',
];
/** Definitions with names that would break out of a comment, a docstring or a line. */
export const NASTY_CASES: readonly ModelSpec[] = NASTY_NAMES.map((name) =>
  specNamed(name, { backbone: { depth: 8 } }),
);
