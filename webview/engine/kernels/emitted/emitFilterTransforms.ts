import { FLOAT } from './convGeometry';
import { TILE_CHANNELS } from './emitConvolution';
import { FunctionEncoder } from './wasmEncoder';
import { FilterTransformEmitter, PATCH, PlaneEmitter } from './winogradTransforms';

/**
 * pack(filter, packed): G g G' of a filter [3, 3, from, to] as the dense kernel reads it, PRODUCTS times blocks of 8 (the last may be of 4)
 * channels, each [from, 8]. `to` comes in fours.
 */
export function emitFilterTransform(from: number, to: number, relaxed: boolean): FunctionEncoder {
  const f = new FunctionEncoder('pack', ['i32', 'i32'], relaxed);
  const [filter, packed] = [f.parameter(0), f.parameter(1)];
  const transforms = new FilterTransformEmitter(f);
  const planes = new PlaneEmitter(f);
  const spread = { to: PATCH, apply: transforms.filter.bind(transforms) };
  const pairs = from * to * FLOAT;
  const [row, source] = [f.local('i32'), f.local('i32')];
  const block = (lanes: number) => {
    f.setOffset(source, row, 0);
    f.repeat(from, () => {
      for (let vector = 0; vector < lanes * FLOAT; vector += 16) {
        planes.emit(
          { rows: 3, columns: 3 },
          (y, x) => f.load(source, (y * 3 + x) * pairs + vector),
          { ofColumns: spread, ofRows: spread },
          (y, x, value) => f.storeLanes(packed, (y * PATCH + x) * pairs + vector, value, 4),
        );
      }
      f.advance(source, to * FLOAT).advance(packed, lanes * FLOAT);
    });
    f.advance(row, lanes * FLOAT);
  };
  f.setOffset(row, filter, 0);
  f.repeat(Math.floor(to / TILE_CHANNELS), () => block(TILE_CHANNELS));
  if (to % TILE_CHANNELS > 0) block(to % TILE_CHANNELS);
  return f;
}

/** finish(sums, gradient): G' P G of sums [PRODUCTS, pairs] -> filter gradient [3, 3, pairs]. `pairs` comes in fours. */
export function emitFilterGradientTransform(pairs: number, relaxed: boolean): FunctionEncoder {
  const f = new FunctionEncoder('finish', ['i32', 'i32'], relaxed);
  const [sums, gradient] = [f.parameter(0), f.parameter(1)];
  const transforms = new FilterTransformEmitter(f);
  const planes = new PlaneEmitter(f);
  const gather = { to: 3, apply: transforms.filterGradient.bind(transforms) };
  f.repeat(pairs / 4, () => {
    planes.emit(
      { rows: PATCH, columns: PATCH },
      (y, x) => f.load(sums, (y * PATCH + x) * pairs * FLOAT),
      { ofColumns: gather, ofRows: gather },
      (y, x, value) => f.storeLanes(gradient, (y * 3 + x) * pairs * FLOAT, value, 4),
    );
    f.advance(sums, 16).advance(gradient, 16);
  });
  return f;
}
