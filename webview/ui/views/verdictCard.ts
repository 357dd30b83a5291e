import type { RunState } from '../../../src/core/training/runState';
import { WITH_SE, WITHOUT_SE } from '../../../src/core/training/runPlanner';
import { MINIMUM_PAIRS, runVerdict, type Verdict } from '../../../src/core/training/verdict';
import { element, setHidden, setText } from '../dom/element';
import { sameItems } from '../dom/memo';
import type { View } from '../mount';
import { verdictPlot } from './verdictPlot';

/** Did it help? The sentence, and the difference of every seed with the interval. */
export function verdictCard(): View {
  const question = element('h3', { id: 'verdict-title' });
  const answer = element('p', { class: 'verdict-answer' });
  const sentence = element('p', {});
  const plot = element('div', {});
  const made = element(
    'section',
    { class: 'card verdict', 'aria-labelledby': 'verdict-title' },
    question,
    answer,
    plot,
    sentence,
  );
  let drawn: readonly unknown[] = [];
  return {
    element: made,
    render: ({ run }) => {
      made.hidden = run === null || run.plan.arms.length < 2;
      if (!run || made.hidden) return;
      const inputs = [run.plan, ...Object.values(run.jobs).map(({ series }) => series)];
      if (sameItems(drawn, inputs)) return;
      drawn = inputs;
      const verdict = runVerdict(run);
      setText(question, isSePair(run) ? 'Did SE help?' : 'Which is better?');
      setText(answer, headline(verdict, run));
      made.dataset['kind'] = verdict.pairs.length === 0 ? 'none' : verdict.kind;
      setText(sentence, verdict.pairs.length === 0 ? pending(run) : verdict.sentence);
      setHidden(plot, verdict.pairs.length === 0);
      plot.replaceChildren(...(verdict.pairs.length === 0 ? [] : [verdictPlot(verdict)]));
    },
  };
}

function isSePair({ plan }: RunState): boolean {
  return plan.arms[0]?.label === WITHOUT_SE && plan.arms[1]?.label === WITH_SE;
}

/** Before the first seed has finished in both models. */
function pending({ plan }: RunState): string {
  return plan.seeds.length < MINIMUM_PAIRS
    ? `This run will show one difference a seed. A verdict needs ${MINIMUM_PAIRS} seeds or more; this run has ${plan.seeds.length}.`
    : `The verdict comes from ${plan.seeds.length} paired seeds; none has finished in both models yet.`;
}

function headline(verdict: Verdict, run: RunState): string {
  const [first, second] = run.plan.arms;
  switch (verdict.kind) {
    case 'helps':
      return isSePair(run) ? 'It helped' : (second?.label ?? '');
    case 'hurts':
      return isSePair(run) ? 'It hurt' : (first?.label ?? '');
    case 'notDistinguishable':
      return 'Not distinguishable';
    case 'tooFewSeeds':
      return verdict.pairs.length === 0 ? 'Nothing to compare yet' : 'Too few seeds to tell';
  }
}
