import { createRandom } from '../../../src/core/data/random';
import type { ParamInfo } from '../../../src/core/model/graph';
import { elementCount } from '../../../src/core/model/graph';

/**
 * Starting values of one parameter, row-major. The stream depends on the seed and the parameter's NAME alone, so the common weights of a
 * with- and without-SE pair agree bit for bit, on every backend.
 *
 * `heNormal` is He et al. 2015 (arXiv 1502.01852): variance 2 / fan, fan-out for convolutions, fan-in for dense layers. `glorotUniform`
 * is Glorot and Bengio 2010: limit sqrt(6 / (fan-in + fan-out)).
 */
export function initialValues(info: ParamInfo, seed: number): Float32Array {
  const values = new Float32Array(elementCount(info.shape));
  switch (info.init) {
    case 'zeros':
      return values;
    case 'ones':
      return values.fill(1);
    case 'heNormal': {
      const { normal } = createRandom(seed, info.name);
      const { fanIn, fanOut, convolution } = fans(info);
      const deviation = Math.sqrt(2 / (convolution ? fanOut : fanIn));
      return values.map(() => deviation * normal());
    }
    case 'glorotUniform': {
      const { uniform } = createRandom(seed, info.name);
      const { fanIn, fanOut } = fans(info);
      const limit = Math.sqrt(6 / (fanIn + fanOut));
      return values.map(() => limit * (2 * uniform() - 1));
    }
  }
}

/** Fan-in and fan-out of a kernel [kh, kw, in, out] or [in, out]. */
function fans({ name, shape }: ParamInfo): { fanIn: number; fanOut: number; convolution: boolean } {
  const [outputs, inputs] = [shape.at(-1), shape.at(-2)];
  if (outputs === undefined || inputs === undefined) {
    throw new RangeError(`${name} of rank ${shape.length} has no fan-in`);
  }
  const receptive = elementCount(shape.slice(0, -2));
  return { fanIn: receptive * inputs, fanOut: receptive * outputs, convolution: shape.length === 4 };
}
