import { summarizeBlock } from './blockSummary';
import type { ExcitationTrace } from './trace';
import { summaryOfTrace } from './traceSummary';

/** Blocks whose remark is told; more would not be read. */
const MAX_REMARKS = 2;

/** What a recording holds, and what stands out in it, in a few sentences. */
export function describeTrace(trace: ExcitationTrace): string {
  const summary = summaryOfTrace(trace);
  const images = trace.imagesPerClass.reduce((total, count) => total + count, 0);
  const facts = summary.blocks.map((block) => ({ id: block.block, ...summarizeBlock(block, summary) }));
  const mean = facts.reduce((total, block) => total + block.mean, 0) / Math.max(1, facts.length);
  const remarks = facts.flatMap(({ id, remark }) => (remark === undefined ? [] : [`${id}: ${remark}`]));
  const more = remarks.length - MAX_REMARKS;
  return [
    `${trace.model}: ${counted(facts.length, 'SE block', 'SE blocks')}, ` +
      `${counted(trace.classNames.length, 'class', 'classes')}, ${counted(images, 'image', 'images')}` +
      `${facts.length > 0 ? `, mean gate ${mean.toFixed(2)}` : ''}.`,
    ...remarks.slice(0, MAX_REMARKS),
    ...(more > 0 ? [`${counted(more, 'more block stands', 'more blocks stand')} out.`] : []),
  ].join(' ');
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}
