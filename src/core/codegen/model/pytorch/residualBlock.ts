import type { Outline, StageOutline } from '../outline';
import { symmetricPadding } from '../padding';
import { lines } from '../sourceLines';

/** Name of the class that `residualBlockClass` writes. */
export function blockName({ unit }: Outline): string {
  return unit.kind === 'basic' ? 'BasicBlock' : 'Bottleneck';
}

/** Whether the 3x3 convolution of the stage's first unit needs padding that differs from side to side. */
export function needsPad(stage: StageOutline): boolean {
  return symmetricPadding(stage.padding) !== 1;
}

/** The class of a residual unit: channels in, width, and for the first of a stage stride and padding. */
export function residualBlockClass(outline: Outline): string {
  const { unit, stages, se } = outline;
  const padded = stages.some(needsPad);
  const bottleneck = unit.kind === 'bottleneck';
  const layers = bottleneck ? 'a 1x1, a 3x3 and a 1x1 convolution' : 'two 3x3 convolutions';
  const parameters = `in_channels, width, stride=1${padded ? ', pad=None' : ''}${se ? ', hidden=None' : ''}`;
  return lines(
    `class ${blockName(outline)}(nn.Module):`,
    `    """${formula(se)}: F is ${layers}, S the identity or a projection."""`,
    '',
    `    expansion = ${unit.expansion}`,
    '',
    `    def __init__(self, ${parameters}):`,
    '        super().__init__()',
    '        channels = width * self.expansion',
    ...(bottleneck ? bottleneckLayers(padded) : basicLayers(padded)),
    `        self.downsample = nn.Identity()`,
    '        if stride != 1 or in_channels != channels:',
    '            self.downsample = nn.Sequential(OrderedDict(',
    '                conv=nn.Conv2d(in_channels, channels, 1, stride, bias=False),',
    '                bn=BatchNorm2d(channels),',
    '            ))',
    se &&
      `        self.se = SqueezeExcite(${se.place === 'pre' ? 'in_channels' : 'channels'}, hidden) if hidden else nn.Identity()`,
    '',
    '    def forward(self, x):',
    ...forward(outline, padded),
  );
}

function formula(se: Outline['se']): string {
  switch (se?.place) {
    case undefined:
      return 'relu(F(x) + S(x))';
    case 'standard':
      return 'relu(SE(F(x)) + S(x))';
    case 'pre':
      return 'relu(F(SE(x)) + S(x))';
    case 'post':
      return 'SE(relu(F(x) + S(x)))';
    case 'identity':
      return 'relu(F(x) + SE(S(x)))';
  }
}

function basicLayers(padded: boolean): string[] {
  return [
    ...strided('conv1', 'in_channels', 'width', padded),
    '        self.bn1 = BatchNorm2d(width)',
    '        self.conv2 = nn.Conv2d(width, channels, 3, padding=1, bias=False)',
    '        self.bn2 = BatchNorm2d(channels)',
  ];
}

function bottleneckLayers(padded: boolean): string[] {
  return [
    '        self.conv1 = nn.Conv2d(in_channels, width, 1, bias=False)',
    '        self.bn1 = BatchNorm2d(width)',
    ...strided('conv2', 'width', 'width', padded),
    '        self.bn2 = BatchNorm2d(width)',
    '        self.conv3 = nn.Conv2d(width, channels, 1, bias=False)',
    '        self.bn3 = BatchNorm2d(channels)',
  ];
}

/** The 3x3 convolution that carries the stride. */
function strided(name: string, from: string, to: string, padded: boolean): string[] {
  if (!padded) return [`        self.${name} = nn.Conv2d(${from}, ${to}, 3, stride, padding=1, bias=False)`];
  return [
    '        # nn.Conv2d pads both ends alike; zeros at the far ends only (see above) need a layer of their own.',
    '        self.pad = nn.Identity() if pad is None else nn.ZeroPad2d(pad)',
    '        padding = 1 if pad is None else 0',
    `        self.${name} = nn.Conv2d(${from}, ${to}, 3, stride, padding, bias=False)`,
  ];
}

function forward({ unit, se }: Outline, padded: boolean): string[] {
  const pad = (value: string) => (padded ? `self.pad(${value})` : value);
  const start = se?.place === 'pre' ? 'self.se(x)' : 'x';
  const branch =
    unit.kind === 'basic'
      ? [
          `        out = F.relu(self.bn1(self.conv1(${pad(start)})))`,
          '        out = self.bn2(self.conv2(out))',
        ]
      : [
          `        out = F.relu(self.bn1(self.conv1(${start})))`,
          `        out = F.relu(self.bn2(self.conv2(${pad('out')})))`,
          '        out = self.bn3(self.conv3(out))',
        ];
  return [...branch, `        return ${sum(se)}`];
}

function sum(se: Outline['se']): string {
  switch (se?.place) {
    case 'standard':
      return 'F.relu(self.se(out) + self.downsample(x))';
    case 'post':
      return 'self.se(F.relu(out + self.downsample(x)))';
    case 'identity':
      return 'F.relu(out + self.se(self.downsample(x)))';
    case 'pre':
    case undefined:
      return 'F.relu(out + self.downsample(x))';
  }
}
