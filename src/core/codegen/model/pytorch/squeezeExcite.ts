import type { Gate, Squeeze } from '../../../model/modelSpec';
import type { Outline } from '../outline';

const SQUEEZE: Readonly<Record<Squeeze, string>> = { avg: 'mean', max: 'amax' };
const GATE: Readonly<Record<Gate, string>> = {
  sigmoid: 'Sigmoid',
  'hard-sigmoid': 'Hardsigmoid',
  tanh: 'Tanh',
  relu: 'ReLU',
};

/** The class of an SE block, which takes its channels and hidden units; forward keeps [N, C, H, W]. */
export function squeezeExciteClass({ squeeze, gate, bias }: NonNullable<Outline['se']>): string {
  const hasBias = bias ? 'True' : 'False';
  return `class SqueezeExcite(nn.Module):
    """Squeeze-and-excitation (Hu et al., section 3): scales each channel by a gate that all decide."""

    def __init__(self, channels, hidden):
        super().__init__()
        # The two fully connected layers, as 1x1 convolutions.
        self.fc1 = nn.Conv2d(channels, hidden, kernel_size=1, bias=${hasBias})
        self.fc2 = nn.Conv2d(hidden, channels, kernel_size=1, bias=${hasBias})
        self.gate = nn.${GATE[gate]}()

    def forward(self, x):
        z = x.${SQUEEZE[squeeze]}(dim=(2, 3), keepdim=True)  # squeeze: [N, C, H, W] -> [N, C, 1, 1]
        s = self.gate(self.fc2(F.relu(self.fc1(z))))  # excitation: C -> hidden -> C
        return x * s`;
}
