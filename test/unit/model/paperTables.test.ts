import { describe, expect, it } from 'vitest';
import { paperCosts } from '../../../src/core/model/paperTables';
import { paperCostText } from '../../../src/core/model/paperCostText';

/** Which version of these the paper counted is not known: see the text of the table. */
const OPEN = /^(BN-Inception|(SE-)?Inception-ResNet-v2)$/;

describe('the costs that the paper prints', () => {
  const rows = paperCosts();

  it.each(rows.filter(({ network }) => !OPEN.test(network)))(
    'table $table, $quantity of $network: $printed',
    ({ printed, rounded }) => expect(rounded).toBe(printed),
  );

  it('has every row of tables 2, 3, 10 and 13 that prints a cost', () => {
    const count = (table: number) => rows.filter((row) => row.table === table).length;
    expect([2, 3, 10, 13].map(count)).toEqual([16, 8, 6, 4]);
  });

  it('says in words which rows differ', () => {
    const text = paperCostText();
    expect(text).toContain('31 of 34 rows agree');
    expect(text.match(/\*\*/g)).toHaveLength(6);
    expect(text).toContain('| 2 | SE-ResNet-152 | multiply-adds | 11.32 G | 11.32 G | 11,322,661,888 | 2 |');
  });
});
