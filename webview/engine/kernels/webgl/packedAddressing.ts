/** A tensor in tfjs's packed layout; see PackedWork. */
export interface PackedTexture {
  shape: readonly number[];
  /** Texels in a row of the texture, which may hold a part of a row of blocks, one, or several. */
  width: number;
}

/** Blocks of two that cover `size`. */
export const pairsOf = (size: number) => Math.ceil(size / 2);

/**
 * GLSL to read a packed texture `NAME`. A block has a line (all dimensions but the last, the last of them in pairs: of images the pair of
 * pixels, counted through all rows and images) and a place in it (the pair of channels):
 *
 *     vec4 NAME(NAME_at(line), place)
 *
 * with the block's upper left, upper right, lower left and lower right value, so of images both channels of the left pixel, then of the right.
 * NAME_at may cost a division, NAME hardly anything: the former belongs outside of loops over the channels. Both take any line and place;
 * what is read outside the tensor is undefined.
 */
export function addressing(name: string, { shape, width }: PackedTexture): string {
  const places = placesOf(shape);
  const declaration = `uniform sampler2D ${name}_texels;`;
  if (width % places === 0) {
    const linesInRow = width / places;
    return `${declaration}
ivec2 ${name}_at(int line) {
  return ivec2(${remainder('line', linesInRow)} * ${places}, ${quotient('line', linesInRow)});
}
vec4 ${name}(ivec2 at, int place) { return texelFetch(${name}_texels, ivec2(at.x + place, at.y), 0); }`;
  }
  return `${declaration}
ivec2 ${name}_at(int line) { return ivec2(line * ${places}, 0); }
vec4 ${name}(ivec2 at, int place) {
  int texel = at.x + place;
  return texelFetch(${name}_texels, ivec2(${remainder('texel', width)}, ${quotient('texel', width)}), 0);
}`;
}

/** GLSL function `ivec2 position()`: line and place of the block that the fragment draws. */
export function targetPosition({ shape, width }: PackedTexture): string {
  const places = placesOf(shape);
  return `ivec2 position() {
  int texel = int(gl_FragCoord.y) * ${width} + int(gl_FragCoord.x);
  return ivec2(${quotient('texel', places)}, ${remainder('texel', places)});
}`;
}

/**
 * GLSL that sets what of the block lies outside the tensor to zero, `target` and `at` (from position()) given; empty where nothing does. tfjs
 * counts on that: its products of matrices with an odd size run over it.
 */
export function clearOutside(target: string, { shape }: PackedTexture): string {
  const [rows, columns] = [shape.at(-2) ?? 2, shape.at(-1) ?? 1];
  return [
    ...(columns % 2 === 1 ? [`if (at.y == ${placesOf(shape) - 1}) ${target}.yw = vec2(0);`] : []),
    ...(rows % 2 === 1
      ? [`if (${remainder('at.x', pairsOf(rows))} == ${pairsOf(rows) - 1}) ${target}.zw = vec2(0);`]
      : []),
  ].join(' ');
}

/** GLSL for a whole number, not negative, divided by a constant: a shift where it can be, since GPUs have no integer division. */
export function quotient(dividend: string, divisor: number): string {
  if (divisor === 1) return dividend;
  const bits = Math.log2(divisor);
  return Number.isInteger(bits) ? `((${dividend}) >> ${bits})` : `((${dividend}) / ${divisor})`;
}

export function remainder(dividend: string, divisor: number): string {
  if (divisor === 1) return '0';
  return Number.isInteger(Math.log2(divisor))
    ? `((${dividend}) & ${divisor - 1})`
    : `((${dividend}) % ${divisor})`;
}

const placesOf = (shape: readonly number[]) => pairsOf(shape.at(-1) ?? 1);
