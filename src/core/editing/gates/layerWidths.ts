import { layerAttribute } from '../dryRun/library/layers';
import { asNumber } from '../dryRun/values/numbers';
import type { Value } from '../dryRun/values/values';
import { Opaque } from '../dryRun/values/values';

export interface Widths {
  /** Null where they are not known. */
  readonly from: number | null;
  readonly to: number | null;
}

/** What a convolution or dense layer of PyTorch takes and gives; null for any other value. */
export function widthsOf(value: Value): Widths | null {
  if (!(value instanceof Opaque)) return null;
  const width = (end: 'in' | 'out'): Value =>
    layerAttribute(value, `${end}_channels`) ?? layerAttribute(value, `${end}_features`);
  const [from, to] = [width('in'), width('out')];
  return from === undefined && to === undefined ? null : { from: counted(from), to: counted(to) };
}

/** A number of channels; null for anything else. */
export function counted(value: Value): number | null {
  const number = typeof value === 'boolean' ? null : asNumber(value);
  return number !== null && Number.isSafeInteger(number) && number > 0 ? number : null;
}
