import type { Outline } from '../outline';
import { lines } from '../sourceLines';

/** The function that gives one module's own parameters their initial values. */
export function initialValuesFunction({ se }: Outline): string {
  const seValues = se && [
    '    elif isinstance(module, SqueezeExcite):',
    '        # nn.Module.apply comes here after the two convolutions, so this is what they keep.',
    '        nn.init.kaiming_normal_(module.fc1.weight, mode="fan_in", nonlinearity="relu")',
    '        nn.init.xavier_uniform_(module.fc2.weight)',
    se.bias && '        nn.init.zeros_(module.fc1.bias)',
    se.bias && '        nn.init.zeros_(module.fc2.bias)',
  ];
  return lines(
    'def initialise(module):',
    '    """Initial values of one module; batch norms stay as PyTorch makes them, with scale 1 and shift 0.',
    '',
    `    He et al. (arXiv 1502.01852) before a ReLU, Glorot and Bengio (2010) before ${se ? 'gates and ' : ''}logits.`,
    '    """',
    '    if isinstance(module, nn.Conv2d):',
    '        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")',
    '    elif isinstance(module, nn.Linear):',
    '        nn.init.xavier_uniform_(module.weight)',
    '        nn.init.zeros_(module.bias)',
    ...(seValues ?? []),
  );
}
