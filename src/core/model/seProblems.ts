/** What the paper has to say about the SE settings of a definition (arXiv 1709.01507 v4, section 6). */
import { IMAGENET_DEPTHS } from './backboneFamily';
import { stagesOf } from './backboneStages';
import { compileModel } from './compileModel';
import type { Family } from './backboneSpec';
import { familyName } from './familyName';
import type { SeBlock } from './graph';
import type { ModelSpec, SeSpec } from './modelSpec';
import { semanticProblem, type UnplacedProblem } from './problem';

/** Whether the text itself has a setting, defaults aside. */
export type IsGiven = (path: readonly string[]) => boolean;

export function seProblems(spec: ModelSpec, se: SeSpec, isGiven: IsGiven): UnplacedProblem[] {
  const found = [...widthProblems(se, compileModel(spec).blocks), ...ablationProblems(se)];
  if (se.hidden !== undefined) {
    for (const setting of ['reduction', 'divisor']) {
      if (!isGiven(['se', setting])) continue;
      found.push(
        semanticProblem(
          'warning',
          ['se', setting],
          `"${setting}" has no effect beside "hidden"; remove one.`,
        ),
      );
    }
  }
  found.push(...missingStages(spec, se), ...placeProblems(spec, se));
  if (new Set(se.stages).size < se.stages.length) {
    found.push(semanticProblem('warning', ['se', 'stages'], 'A stage is listed twice; once is enough.'));
  }
  return found;
}

function missingStages({ backbone }: ModelSpec, { stages }: SeSpec): UnplacedProblem[] {
  const last = stagesOf(backbone).length;
  return stages.flatMap((stage, index) => {
    if (stage <= last) return [];
    const more = backbone.family === 'resnet' ? `; ResNet-${IMAGENET_DEPTHS.join(', ')} have four` : '';
    const message = `${familyName(backbone)} has ${last} stages, so none of its units is in stage ${stage}${more}.`;
    return [semanticProblem('error', ['se', 'stages', index], message)];
  });
}

/** Families whose units have a shortcut that SE can stand before, after or on. */
const WITH_PLACES: ReadonlySet<Family> = new Set([
  'resnet',
  'preact-resnet',
  'wide-resnet',
  'resnext',
  'senet',
]);

function placeProblems({ backbone }: ModelSpec, { place }: SeSpec): UnplacedProblem[] {
  if (place === 'standard' || WITH_PLACES.has(backbone.family)) return [];
  const message = `${familyName(backbone)} has its SE blocks in one place only; leave "place" out, or set it to "standard".`;
  return [semanticProblem('error', ['se', 'place'], message)];
}

/** Excitations too narrow or too wide; the narrowest and the first too wide block speak for all. */
function widthProblems(se: SeSpec, blocks: readonly SeBlock[]): UnplacedProblem[] {
  const found: UnplacedProblem[] = [];
  const [narrowest] = [...blocks].sort((one, other) => one.hidden - other.hidden);
  if (narrowest && narrowest.hidden < 2) {
    const setting = se.hidden === undefined ? 'reduction' : 'hidden';
    found.push(semanticProblem('warning', ['se', setting], oneHiddenUnit(se, narrowest)));
  }
  const tooWide = blocks.find((block) => block.hidden > block.channels);
  if (tooWide) {
    const { hidden, channels, stage } = tooWide;
    const setting = se.hidden === undefined ? 'divisor' : 'hidden';
    const message = `${hidden} hidden units are more than the ${channels} channels of stage ${stage}: no bottleneck is left.`;
    found.push(semanticProblem('warning', ['se', setting], message));
  }
  return found;
}

function oneHiddenUnit(se: SeSpec, { channels, stage }: SeBlock): string {
  const where = `in the ${channels} channels of stage ${stage}, so all its gates move along a single direction.`;
  if (se.hidden !== undefined) return `There is ONE hidden unit ${where}`;
  const advice =
    channels >= 8
      ? `r = ${Math.floor(channels / 4)} or less leaves four units or more.`
      : 'Use a smaller r or a wider backbone.';
  return (
    `r = ${se.reduction} leaves ONE hidden unit ${where} The paper uses 16 on ImageNet, ` +
    `where SE blocks have 256 channels or more. ${advice}`
  );
}

function ablationProblems(se: SeSpec): UnplacedProblem[] {
  const found: UnplacedProblem[] = [];
  if (se.gate === 'relu') {
    const message =
      'A ReLU gate is worse than no SE at all in the paper (Table 12: top-1 error 23.47, without SE 23.30, sigmoid 22.28).';
    found.push(semanticProblem('warning', ['se', 'gate'], message));
  }
  if (se.gate === 'tanh') {
    const message =
      'A tanh gate gains little in the paper (Table 12: top-1 error 23.00, without SE 23.30, sigmoid 22.28).';
    found.push(semanticProblem('information', ['se', 'gate'], message));
  }
  if (se.place === 'post') {
    const message =
      'SE after the addition is the worst of the four places in the paper (Table 14: top-1 error 22.78, standard 22.28).';
    found.push(semanticProblem('warning', ['se', 'place'], message));
  }
  return found;
}
