/** GLSL for the ReLU of a vec4, which lets NaN through: max may not, and a run that diverged would look healthy. */
export const reluOf = (y: string) => `mix(${y}, vec4(0), lessThan(${y}, vec4(0)))`;

/**
 * GLSL: `vec4 g`, the block of texture `gradients` (dy) at that line and place; with ReLU zero where it was shut, that is where texture
 * `outputs` (y) is not above zero.
 */
export const shutGradient = (relu: boolean, line: string, place: string) =>
  `vec4 g = gradients(gradients_at(${line}), ${place});
    ${relu ? `g = mix(vec4(0), g, greaterThan(outputs(outputs_at(${line}), ${place}), vec4(0)));` : ''}`;
