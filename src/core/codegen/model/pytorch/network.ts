import { firstHiddenDiffers, type Outline, type StageOutline } from '../outline';
import { symmetricPadding, type Padding } from '../padding';
import { lines } from '../sourceLines';
import { blockName, needsPad } from './residualBlock';

/** The class of the whole network; its state_dict has the Graph's node ids as keys. */
export function networkClass(outline: Outline): string {
  const { input, stem, stages, se, classes } = outline;
  const features = stages.at(-1)?.channels ?? 0;
  return lines(
    'class ResNet(nn.Module):',
    `    """Images [N, ${input.channels}, ${input.height}, ${input.width}] to logits [N, ${classes}].${se ? '' : '"""'}`,
    se && '',
    se && '    with_se=False leaves the SE blocks out: the control to compare with.',
    se && '    """',
    '',
    `    def __init__(self${se ? ', with_se=True' : ''}):`,
    '        super().__init__()',
    se && '        self.with_se = with_se',
    ...stemLayers(outline),
    ...stages.map((stage, index) => stageLine(stage, stages[index - 1]?.channels ?? stem.filters)),
    `        self.fc = nn.Linear(${features}, ${classes})`,
    '        self.apply(initialise)',
    '',
    ...stageMethod(outline),
    '',
    '    def forward(self, x):',
    `        x = F.relu(self.bn1(self.conv1(${stemPad(outline) ? 'self.pad(x)' : 'x'})))`,
    stem.pool && '        x = self.maxpool(x)',
    ...stages.map(({ number }) => `        x = self.layer${number}(x)`),
    '        return self.fc(x.mean(dim=(2, 3)))',
  );
}

/** (left, right, top, bottom), PyTorch's order. */
function padTuple({ left, right, top, bottom }: Padding): string {
  return `(${left}, ${right}, ${top}, ${bottom})`;
}

/** Whether the stem's convolution needs padding of its own. */
function stemPad({ stem }: Outline): boolean {
  return symmetricPadding(stem.padding) === undefined;
}

function stemLayers(outline: Outline): string[] {
  const { input, stem } = outline;
  const { filters, kernel, stride, pool } = stem;
  const found: string[] = [];
  let padding = `, padding=${symmetricPadding(stem.padding)}`;
  if (stemPad(outline)) {
    padding = '';
    found.push(
      `        # TensorFlow's "same" rule at this size: more zeros after the image than before it.`,
      `        self.pad = nn.ZeroPad2d(${padTuple(stem.padding)})`,
    );
  }
  const strideText = stride === 1 ? '' : `, ${stride}`;
  found.push(
    `        self.conv1 = nn.Conv2d(${input.channels}, ${filters}, ${kernel}${strideText}${padding}, bias=False)`,
    `        self.bn1 = BatchNorm2d(${filters})`,
  );
  if (!pool) return found;
  const same = symmetricPadding(pool.padding);
  if (same !== undefined) {
    found.push(`        self.maxpool = nn.MaxPool2d(${pool.kernel}, ${pool.stride}, padding=${same})`);
  } else {
    found.push(
      '        # What lies outside the image is never the maximum.',
      `        outside = nn.ConstantPad2d(${padTuple(pool.padding)}, float("-inf"))`,
      `        self.maxpool = nn.Sequential(outside, nn.MaxPool2d(${pool.kernel}, ${pool.stride}))`,
    );
  }
  return found;
}

function stageLine(stage: StageOutline, inChannels: number): string {
  const { number, width, units, stride, padding, hidden } = stage;
  const options = [`blocks=${units}`];
  if (stride !== 1) options.push(`stride=${stride}`);
  if (needsPad(stage)) options.push(`pad=${padTuple(padding)}`);
  if (hidden && hidden.first !== hidden.rest) options.push(`first_hidden=${hidden.first}`);
  if (hidden) options.push(`hidden=${hidden.rest}`);
  return `        self.layer${number} = self._stage(${inChannels}, ${width}, ${options.join(', ')})`;
}

function stageMethod(outline: Outline): string[] {
  const { stages, se } = outline;
  const block = blockName(outline);
  const pad = stages.some(needsPad) ? ', pad' : '';
  const first = firstHiddenDiffers(outline);
  const parameters = [
    'self, in_channels, width, blocks, stride=1',
    pad && 'pad=None',
    first && 'first_hidden=None',
    se && 'hidden=None',
  ];
  const found = [
    `    def _stage(${parameters.filter(Boolean).join(', ')}):`,
    `        """${'`blocks`'} units; the first one changes the size and the channels."""`,
  ];
  if (se) {
    found.push('        if not self.with_se:', `            ${first ? 'first_hidden = ' : ''}hidden = None`);
  }
  const firstHidden = se ? `, ${first ? 'first_hidden or hidden' : 'hidden'}` : '';
  found.push(
    `        channels = width * ${block}.expansion`,
    `        layers = [${block}(in_channels, width, stride${pad}${firstHidden})]`,
    '        for _ in range(1, blocks):',
    `            layers.append(${block}(channels, width${se ? ', hidden=hidden' : ''}))`,
    '        return nn.Sequential(*layers)',
  );
  return found;
}
