import type { ExcitationTrace } from '../../excitation/trace';

/**
 * A short key of a recording's model and structure, e.g. `SE-ResNet-20-9-1f0c6a52e4b7d3a8`: the same for every epoch, seed and data set,
 * another where blocks come, go or change their channels. What a user says of one recording holds for its family.
 */
export function traceFamily({ model, blocks }: Pick<ExcitationTrace, 'model' | 'blocks'>): string {
  const structure = JSON.stringify(blocks.map(({ block, channels }) => [block, channels]));
  const name = model.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 40);
  return `${name}-${blocks.length}-${hash(`${model}\n${structure}`)}`;
}

/** Two FNV-1a hashes of 32 bits, in hexadecimal: no secret, only short. */
function hash(text: string): string {
  let one = 0x811c9dc5;
  let two = 0x01000193;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x01000193);
    two = Math.imul(two ^ (unit + at), 0x01000193);
  }
  return [one, two].map((value) => (value >>> 0).toString(16).padStart(8, '0')).join('');
}
