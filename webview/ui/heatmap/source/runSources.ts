import { classNames } from '../../../../src/core/data/classNames';
import type { ExcitationSummary } from '../../../../src/core/excitation/excitationSummary';
import { compileModel } from '../../../../src/core/model/compileModel';
import type { Gate } from '../../../../src/core/model/modelSpec';
import { jobId, type RunPlan } from '../../../../src/core/training/runPlan';
import type { RunState } from '../../../../src/core/training/runState';
import type { BlockFacts, GatesAtEpoch, GateSource } from '../heatmapSource';

interface JobFacts {
  job: string;
  label: string;
  gate: Gate;
  blocks: readonly BlockFacts[];
}

const factsOfPlans = new WeakMap<RunPlan, readonly JobFacts[]>();
const gatesOfSummaries = new WeakMap<ExcitationSummary, GatesAtEpoch>();

/** Every job of the run whose model has SE blocks; the last arm first, as it is the one with SE in a pair. */
export function runSources(run: RunState, isDisplayedRun: boolean): GateSource[] {
  const { plan, jobs } = run;
  return factsOf(plan).map(({ job, label, gate, blocks }) => {
    const epochs = (jobs[job]?.excitation ?? []).map(({ epoch, summary }) => ({
      epoch,
      gates: gatesOf(summary, plan),
    }));
    const classes = classNames(plan.dataset, epochs[0]?.gates.imagesPerClass.length ?? 0);
    return {
      id: `${plan.runId}/${job}`,
      label: isDisplayedRun ? label : `${plan.name}: ${label}`,
      gate,
      blocks,
      classes,
      epochs,
      isDisplayedRun,
    };
  });
}

function factsOf(plan: RunPlan): readonly JobFacts[] {
  let facts = factsOfPlans.get(plan);
  if (!facts) {
    facts = [...plan.arms].reverse().flatMap(({ id, label, spec }) => {
      if (spec.se === 'none') return [];
      const { gate } = spec.se;
      const { blocks } = compileModel(spec);
      return plan.seeds.map((seed) => ({
        job: jobId({ arm: id, seed }),
        label: plan.seeds.length > 1 ? `${label}, seed ${seed}` : label,
        gate,
        blocks,
      }));
    });
    factsOfPlans.set(plan, facts);
  }
  return facts;
}

/** The same object for the same summary, so that what is computed of it can be kept. */
function gatesOf(summary: ExcitationSummary, { dataset }: RunPlan): GatesAtEpoch {
  let gates = gatesOfSummaries.get(summary);
  if (!gates) {
    const { imagesPerClass, blocks, images = [], classes } = summary;
    const names = classNames(dataset, classes);
    gates = {
      imagesPerClass,
      blocks,
      images: images.map(({ index, label }) => ({ label, name: `image ${index} (${names[label]})` })),
    };
    gatesOfSummaries.set(summary, gates);
  }
  return gates;
}
