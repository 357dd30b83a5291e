import type { Gate } from '../../../model/modelSpec';
import type { Outline } from '../outline';

const ACTIVATION: Readonly<Record<Gate, string>> = {
  sigmoid: 'sigmoid',
  // Keras 3's is relu6(x + 3) / 6, as PyTorch's; that of Keras 2 was another function.
  'hard-sigmoid': 'hard_sigmoid',
  tanh: 'tanh',
  relu: 'relu',
};

/** The layer of an SE block, which takes its hidden units and finds its channels; keeps [N, H, W, C]. */
export function kerasSqueezeExcite({ squeeze, gate, bias }: NonNullable<Outline['se']>): string {
  const hasBias = bias ? 'True' : 'False';
  const pooling = squeeze === 'avg' ? 'GlobalAveragePooling2D' : 'GlobalMaxPooling2D';
  return `@keras.saving.register_keras_serializable(package="se_playground")
class SqueezeExcite(layers.Layer):
    """Squeeze-and-excitation (Hu et al., section 3): scales each channel by a gate that all decide."""

    def __init__(self, hidden, **kwargs):
        super().__init__(**kwargs)
        self.hidden = hidden

    def build(self, input_shape):
        channels = input_shape[-1]
        self.squeeze = layers.${pooling}(keepdims=True)
        self.fc1 = layers.Dense(
            self.hidden, activation="relu", use_bias=${hasBias}, kernel_initializer=he_normal("fan_in")
        )
        self.fc2 = layers.Dense(
            channels, activation="${ACTIVATION[gate]}", use_bias=${hasBias}, kernel_initializer="glorot_uniform"
        )
        self.fc1.build((None, 1, 1, channels))
        self.fc2.build((None, 1, 1, self.hidden))
        super().build(input_shape)

    def call(self, inputs):
        z = self.squeeze(inputs)  # squeeze: [N, H, W, C] -> [N, 1, 1, C]
        s = self.fc2(self.fc1(z))  # excitation: C -> hidden -> C
        return inputs * s

    def get_config(self):
        return {**super().get_config(), "hidden": self.hidden}`;
}
