import { paperCosts, type PaperCost } from './paperTables';

/** The paper's costs beside ours as Markdown, with what is counted and where the numbers differ. */
export function paperCostText(): string {
  const rows = paperCosts();
  const conventions = [...new Set(rows.map(({ convention }) => convention))];
  const number = (convention: string) => conventions.indexOf(convention) + 1;
  const different = rows.filter((row) => !agrees(row));
  return [
    '# Costs that the paper prints, and what is counted here',
    '',
    'Hu et al., "Squeeze-and-Excitation Networks" (arXiv 1709.01507 v4), on images of 224 x 224 and 1,000 classes. The paper does not say what its ' +
      'numbers count; each row names the convention that gives them.',
    '',
    '| Table | Network | | Printed | Counted | In full | Counts |',
    '|--:|:--|:--|--:|--:|--:|--:|',
    ...rows.map((row) => {
      const counted = agrees(row) ? row.rounded : `**${row.rounded}**`;
      const full = row.counted.toLocaleString('en-US');
      const cells = [
        row.table,
        row.network,
        row.quantity,
        row.printed,
        counted,
        full,
        number(row.convention),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
    '',
    ...conventions.map((convention, index) => `${index + 1}. ${convention}`),
    '',
    `${rows.length - different.length} of ${rows.length} rows agree to the printed digit.` +
      (different.length === 0 ? '' : ` Those in bold do not: ${DIFFERENT}`),
    '',
  ].join('\n');
}

const DIFFERENT =
  'of BN-Inception and Inception-ResNet-v2 there are several versions in use, and the paper does not say which it counted. BN-Inception is counted as in its own ' +
  "figure 5; Inception-ResNet-v2 as in its authors' code, which takes images of 299 x 299 as a rule.";

function agrees({ printed, rounded }: PaperCost): boolean {
  return printed === rounded;
}
