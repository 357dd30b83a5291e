/** The SE block as a PyTorch module for [N, C, H, W]. nn.Hardsigmoid is relu6(x + 3) / 6. */
import type { BlockText, Words } from './blockText';
import { SUMMARY } from './blockText';

function lines(w: Words): string[] {
  return [
    `class ${w.name}(${w.namespace}.Module):`,
    `\t"""${SUMMARY}"""`,
    '',
    `\tdef __init__(self, channels, reduction=${w.reduction}):`,
    '\t\tsuper().__init__()',
    '\t\thidden = max(1, channels // reduction)',
    `\t\tself.fc1 = ${w.namespace}.Conv2d(channels, hidden, kernel_size=1, bias=${w.bias})`,
    `\t\tself.relu = ${w.namespace}.ReLU(inplace=True)`,
    `\t\tself.fc2 = ${w.namespace}.Conv2d(hidden, channels, kernel_size=1, bias=${w.bias})`,
    `\t\tself.gate = ${w.namespace}.${w.gate}()`,
    '',
    '\tdef forward(self, x):',
    `\t\tscale = x.${w.squeeze}(dim=(2, 3), keepdim=True)  # squeeze: [N, C, H, W] -> [N, C, 1, 1]`,
    '\t\tscale = self.gate(self.fc2(self.relu(self.fc1(scale))))  # excitation: C -> C/r -> C',
    '\t\treturn x * scale',
  ];
}

export const PYTORCH_BLOCK: BlockText = {
  lines,
  squeezes: { avg: 'mean', max: 'amax' },
  gates: { sigmoid: 'Sigmoid', 'hard-sigmoid': 'Hardsigmoid', tanh: 'Tanh', relu: 'ReLU' },
  composesHardSigmoid: false,
  snippet: {
    namespace: 'nn',
    quote: '"',
    choosesBias: true,
    usage: (name) =>
      `# __init__: self.se = ${name}(channels)   forward, before the addition: out = self.se(out)`,
  },
};
