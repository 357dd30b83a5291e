/** The summary of a converted network as a Markdown document, for a pull request or a notebook. */
import type { ConvertPlan, NetworkCost } from '../../../core/editing/insertTypes';
import { escapeMarkdown } from '../excitationHover';
import type { SeChoice } from '../verbs/seChoice';
import { siteName } from './convertRows';
import { channelsText, totalOf } from './insertRows';
import { grouped } from './row';

export function convertReport(fileName: string, { options, variant }: SeChoice, plan: ConvertPlan): string {
  const { inserted, occupied, declined, networks, warnings } = plan;
  const units = inserted.map(
    ({ where, channels, reduction, extraParameters }) =>
      `| ${escapeMarkdown(where)} | ${escapeMarkdown(channelsText(channels))} | ${reduction} | ${extraParameters === null ? '' : grouped(extraParameters)} |`,
  );
  return [
    `# SE blocks in ${escapeMarkdown(fileName)}`,
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
      occupied.map((site) => escapeMarkdown(siteName(site))),
    ),
    ...list(
      'Left as they are',
      declined.map(
        (site) => `${escapeMarkdown(siteName(site))}: ${escapeMarkdown(site.reason?.message ?? '')}`,
      ),
    ),
    ...list('Warnings', warnings.map(escapeMarkdown)),
    '',
  ].join('\n');
}

function networkLines(network: NetworkCost): string[] {
  const rows = network.stages.map(
    ({ stage, blocks, channels, extraParameters }) =>
      `| ${escapeMarkdown(stage)} | ${blocks} | ${channels.join(', ')} | ${grouped(extraParameters)} |`,
  );
  const head = '| stage | blocks | channels | added parameters |\n| --- | --: | --: | --: |';
  return [
    ...table(`${escapeMarkdown(network.entry)}: ${totalOf(network)}`, head, rows),
    ...(network.why === null ? [] : ['', escapeMarkdown(network.why)]),
  ];
}

function table(title: string, head: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : ['', `## ${title}`, '', head, ...rows];
}

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines.map((line) => `- ${line}`)];
}
