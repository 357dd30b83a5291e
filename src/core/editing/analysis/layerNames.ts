/** What names alone tell: SE blocks, stochastic depth, and functions that keep the channels. */

/** Layers that stochastic-depth packages add; they keep the channels. By the last part of the name. */
export const DROP_LAYERS = /^(DropPath|StochasticDepth|DropBlock2d|drop_path|stochastic_depth)$/;

const PASS_OPERATIONS = new Set(
  // PyTorch and tfjs
  (
    'relu relu_ relu6 leaky_relu leaky_relu_ leakyRelu elu elu_ selu celu gelu silu swish mish hardswish hardsigmoid hardtanh sigmoid tanh softplus softsign clamp ' +
    'prelu rrelu logsigmoid threshold dropout dropout2d alpha_dropout feature_alpha_dropout batch_norm group_norm instance_norm local_response_norm ' +
    'contiguous clone detach float half to type type_as ' +
    'max_pool2d avg_pool2d lp_pool2d adaptive_avg_pool2d adaptive_max_pool2d interpolate upsample pad maxPool avgPool ' +
    // JAX, Flax and keras.ops
    'hard_swish hard_silu hard_sigmoid hard_tanh soft_sign log_sigmoid squareplus identity max_pool avg_pool min_pool average_pool astype asarray stop_gradient'
  ).split(' '),
);

/** An activation that goes by a variable's name: `act(x)`, `activation(x)`. */
const ACTIVATION = /^_?(act|activation|non_?linearity)(_?(layer|fn|func))?\d*$/i;

/** Whether a function or tensor method of that name keeps the channels of its first tensor. */
export function keepsChannels(name: string): boolean {
  return PASS_OPERATIONS.has(name) || DROP_LAYERS.test(name) || ACTIVATION.test(name);
}

/**
 * Names people give an SE block: ours, timm's, torchvision's, Keras CV's, and the common ones in repositories. Whole words only:
 * `SELayer` and `se_block`, but neither `SEARCH` nor `SENet` nor `SEBottleneck`, which are a network and a unit with SE inside.
 */
export const SE_NAME =
  /^((channel|effective|e|c)_?)?se_?(layer|module|block|unit|attention|gate)?(\d+d?)?$|^((channel|effective)_?)?squeeze_?(and_?)?excit\w*$/i;

/** PyTorch's functions that return the layer they are given with its weight computed anew. */
export const REPARAMETRIZATIONS = /^(spectral_norm|weight_norm|orthogonal)$/;
