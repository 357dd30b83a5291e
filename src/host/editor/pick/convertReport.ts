/** The summary of a converted network as a Markdown document, for a pull request or a notebook. */
import type { ChannelCount, ConvertPlan, NetworkCost } from '../../../core/editing/insertTypes';
import type { SeChoice } from '../verbs/seChoice';
import { siteName } from './convertRows';
import { channelsText, totalOf } from './insertRows';
import { grouped } from './row';

export function convertReport(fileName: string, { options, variant }: SeChoice, plan: ConvertPlan): string {
  const { inserted, occupied, declined, networks, warnings } = plan;
  const units = inserted.map(
    ({ where, channels, reduction, extraParameters }) =>
      `| ${markdownText(where)} | ${channelsCell(channels)} | ${reduction} | ${extraParameters === null ? '' : grouped(extraParameters)} |`,
  );
  return [
    `# SE blocks in ${code(fileName)}`,
    '',
    `Squeeze-and-Excitation (Hu et al., arXiv 1709.01507), r = ${options.reduction}, ${options.squeeze} squeeze, ${options.gate} gate, ` +
      `${options.bias ? 'with' : 'without'} biases, place: ${variant ?? 'standard, or the unit’s own best'}.`,
    ...networks.flatMap(networkLines),
    ...table(
      'Units that got a block',
      '| where | channels | r | parameters of one |\n| --- | --- | --: | --: |',
      units,
    ),
    ...list(
      'Had one already',
      occupied.map((site) => markdownText(siteName(site))),
    ),
    ...list(
      'Left as they are',
      declined.map((site) => `${markdownText(siteName(site))}: ${markdownText(site.reason?.message ?? '')}`),
    ),
    ...list('Warnings', warnings.map(markdownText)),
    '',
  ].join('\n');
}

function networkLines(network: NetworkCost): string[] {
  const rows = network.stages.map(
    ({ stage, blocks, channels, extraParameters }) =>
      `| ${code(stage)} | ${blocks} | ${channels.join(', ')} | ${grouped(extraParameters)} |`,
  );
  const head = '| stage | blocks | channels | added parameters |\n| --- | --: | --: | --: |';
  return [
    ...table(`${code(network.entry)}: ${totalOf(network)}`, head, rows),
    ...(network.why === null ? [] : ['', markdownText(network.why)]),
  ];
}

function table(title: string, head: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : ['', `## ${title}`, '', head, ...rows];
}

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines.map((line) => `- ${line}`)];
}

function channelsCell(channels: ChannelCount): string {
  return channels.kind === 'expression' ? code(channels.text) : markdownText(channelsText(channels));
}

/** A name or an expression as code; with a backtick in it, as text. */
function code(text: string): string {
  return markdownText(text.includes('`') || text === '' ? text : `\`${text}\``);
}

/** Text as text, with `code` as code; people read the source of the summary too, so no more is escaped than must be. */
export function markdownText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .split(/(`[^`]*`)/)
    .map((part, index) => part.replace(index % 2 === 1 ? /\|/g : /[\\*_[\]<>|`#]/g, '\\$&'))
    .join('');
}
