/**
 * Grad-CAM: Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", ICCV 2017, arXiv 1610.02391.
 *
 * The map of class c is relu(sum over k of alpha_k A_k), eq. 2, where A_k [h, w] is channel k of the last feature map and alpha_k the mean over the
 * places of A_k of dy_c / dA_k, eq. 1.
 */
export interface FeatureMap {
  /** [n, h, w, C] */
  features: Float32Array;
  images: number;
  height: number;
  width: number;
  channels: number;
}

/**
 * Where pooling and one dense layer follow, y_c = sum over k of W_kc mean(A_k) + b_c, and every derivative is W_kc / (h w): no gradient has to go through
 * the network, and the map is that of CAM (Zhou et al., 2016) but for the ReLU and the factor.
 *
 * @param weight of the dense layer behind the pooling, [C, classes]
 * @param explained [n], the class to explain of each image
 * @returns alphas [n, C]
 */
export function pooledAlphas(
  { images, height, width, channels }: Omit<FeatureMap, 'features'>,
  weight: Float32Array,
  classes: number,
  explained: readonly number[],
): Float32Array<ArrayBuffer> {
  const alphas = new Float32Array(images * channels);
  for (let image = 0; image < images; image++) {
    for (let channel = 0; channel < channels; channel++) {
      alphas[image * channels + channel] = weight[channel * classes + explained[image]!]! / (height * width);
    }
  }
  return alphas;
}

/**
 * @param alphas [n, C]
 * @returns maps [n, h, w], not scaled: zero where nothing speaks for the class
 */
export function gradCam(
  { features, images, height, width, channels }: FeatureMap,
  alphas: Float32Array,
): Float32Array<ArrayBuffer> {
  const places = height * width;
  const maps = new Float32Array(images * places);
  for (let image = 0; image < images; image++) {
    for (let place = 0; place < places; place++) {
      const at = image * places + place;
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) {
        sum += alphas[image * channels + channel]! * features[at * channels + channel]!;
      }
      maps[at] = Math.max(0, sum);
    }
  }
  return maps;
}
