/**
 * Where a person who knows the field would put SE blocks into the files of `sources/`, written by hand from the sources and
 * the papers: before the addition of a residual unit, behind the depthwise convolution of an inverted residual, behind
 * convolution and normalisation where there is no unit, and on the new features of a dense layer.
 */
import type { SitePlace } from '../../../src/core/editing/insertTypes';

export interface Position {
  /** Class and method, or function, as a person would name the site's owner. */
  readonly owner: string;
  /** The text that the cursor is put on: the first of its kind in the owner. */
  readonly at: string;
}

export interface ExpectedSite extends Position {
  /** The right places; several where papers and libraries differ. */
  readonly places: readonly SitePlace[];
  /** The channel count as the source may write it; `inferred` where the layer finds it itself. */
  readonly channels: readonly string[];
  /** The call of the block stands between the begin of the line of the first text and the end of the line of the second, both in the owner. */
  readonly lands: readonly [from: string, to: string];
}

/** A place where a person would say that it cannot be done, or not in one way. */
export interface ExpectedRefusal extends Position {
  readonly why: string;
}

export interface SampleSource {
  readonly file: string;
  readonly sites: readonly ExpectedSite[];
  /** Units that have a block already. */
  readonly occupied?: readonly Position[];
  readonly declined?: readonly ExpectedRefusal[];
  /**
   * Of a PyTorch file, networks that use every block expected, as expressions of the file, and the height and width of the
   * pictures [2, 3, size, size] they take. Files of other frameworks are not executed.
   */
  readonly networks?: readonly { readonly entry: string; readonly size: number }[];
}

const END: readonly SitePlace[] = ['residual-end'];
const LAYER: readonly SitePlace[] = ['after-layer'];
const ITEM: readonly SitePlace[] = ['sequence-item'];
const DEPTHWISE: readonly SitePlace[] = ['after-depthwise'];
/** The end of a branch that is one Sequential is also its last item. */
const END_OR_ITEM: readonly SitePlace[] = ['residual-end', 'sequence-item'];
const END_OR_LAYER: readonly SitePlace[] = ['residual-end', 'after-layer'];
const ANY_END: readonly SitePlace[] = ['residual-end', 'after-layer', 'sequence-item'];

function site(
  owner: string,
  at: string,
  places: readonly SitePlace[],
  channels: string | number | readonly string[],
  from: string = at,
  to: string = from,
): ExpectedSite {
  return { owner, at, places, channels: Array.isArray(channels) ? channels : [String(channels)], lands: [from, to] };
}

export const SAMPLE_SOURCES: readonly SampleSource[] = [
  {
    file: 'visionResnet.py',
    sites: [
      site('BasicBlock.forward', 'out += identity', END, 'planes'),
      site('Bottleneck.forward', 'out += identity', END, 'planes * self.expansion'),
    ],
    networks: [{ entry: 'resnet10(num_classes=10)', size: 32 }, { entry: 'resnet14_bottleneck(num_classes=10)', size: 32 }, { entry: 'resnext14(num_classes=10)', size: 32 }],
  },
  {
    file: 'visionMobilenetV2.py',
    sites: [
      site('InvertedResidual.forward', 'return x + self.conv(x)', DEPTHWISE, 'hidden_dim', 'ConvBNReLU(hidden_dim, hidden_dim, stride', '# pw-linear'),
    ],
    networks: [{ entry: 'MobileNetV2(num_classes=10)', size: 32 }],
  },
  {
    file: 'visionMobilenetV3.py',
    sites: [
      site('FusedInvertedResidual.forward', 'result += input', ANY_END, 'cnf.out_channels', 'ConvNormActivation(\n                cnf.expanded_channels, cnf.out_channels', 'if self.use_res_connect:'),
    ],
    occupied: [
      { owner: 'InvertedResidual.forward', at: 'result += input' },
    ],
    networks: [{ entry: 'mobilenet_v3_tiny()', size: 32 }],
  },
  {
    file: 'imageModelsResnet.py',
    sites: [
      site('BasicBlock.forward', 'x += shortcut', END, 'outplanes', 'x = self.bn2(x)', 'x += shortcut'),
      site('Bottleneck.forward', 'x += shortcut', END, 'outplanes', 'x = self.bn3(self.conv3(x))', 'x += shortcut'),
    ],
    networks: [{ entry: 'resnet10t(drop_path_rate=0.1)', size: 32 }, { entry: 'resnet14t()', size: 32 }],
  },
  {
    file: 'cifarResnet.py',
    sites: [
      site('BasicBlock.forward', 'out = out + self.shortcut(x)', END, 'planes'),
      // The convolution breaks the product over two lines; the normalisation has it on one.
      site('Bottleneck.forward', 'return F.relu(out + shortcut)', END, 'self.expansion*planes', 'out = self.bn3(self.conv3(out))', 'return F.relu(out + shortcut)'),
      site('PadBlock.forward', 'return F.relu(x + shortcut, inplace=True)', END, 'planes'),
    ],
    networks: [{ entry: 'ResNet8()', size: 16 }, { entry: 'ResNet11()', size: 16 }, { entry: 'ResNet8A()', size: 16 }],
  },
  {
    file: 'cifarPreact.py',
    sites: [
      site('PreActBlock.forward', 'out += shortcut', END, 'planes'),
      site('PreActBottleneck.forward', 'return residual + out', END, 'self.expansion*planes'),
    ],
    networks: [{ entry: 'PreActResNet10()', size: 16 }, { entry: 'PreActResNet14()', size: 16 }],
  },
  {
    file: 'cifarMobilenet.py',
    sites: [
      site('DepthwiseBlock.forward', 'out = F.relu(self.bn2(self.conv2(out)))', LAYER, 'out_planes'),
      site('Block.forward', 'out = out + self.shortcut(x) if self.stride == 1 else out', DEPTHWISE, 'planes', 'out = F.relu(self.bn2(self.conv2(out)))', 'out = F.relu(self.bn2(self.conv2(out)))'),
      site('LinearBottleNeck.forward', 'residual += x', DEPTHWISE, 'in_channels * t', 'nn.Conv2d(in_channels * t, in_channels * t, 3', 'nn.Conv2d(in_channels * t, out_channels, 1)'),
    ],
    networks: [{ entry: 'MobileNet()', size: 16 }, { entry: 'MobileNetV2()', size: 16 }, { entry: 'MobileNetV2(LinearBottleNeck)', size: 16 }],
  },
  {
    file: 'resnext.py',
    sites: [
      site('Block.forward', 'out += self.shortcut(x)', END, 'self.expansion*group_width'),
      site('SplitTransformMerge.forward', 'return torch.relu(x + merged)', END, 'channels'),
    ],
    declined: [
      { owner: 'SplitTransformMerge.forward', at: 'merged = merged + path(x)', why: 'paths are summed up here, in a loop; the shortcut is added below' },
    ],
    networks: [{ entry: 'ResNeXt14()', size: 16 }],
  },
  {
    file: 'wideResnet.py',
    sites: [
      // Both arms add: the block goes where they have not parted yet.
      site('BasicBlock.forward', 'return torch.add(x, out)', END_OR_LAYER, 'out_planes', 'out = self.conv2(out)', 'return torch.add(x, out)'),
      site('wide_basic.forward', 'out += self.shortcut(x)', END, 'planes'),
    ],
    networks: [{ entry: 'WideResNet(dropRate=0.2)', size: 16 }, { entry: 'wide_resnet()', size: 16 }],
  },
  {
    file: 'vgg.py',
    sites: [
      site('make_layers', 'layers += [conv2d, nn.BatchNorm2d(v), nn.ReLU(inplace=True)]', ITEM, 'v'),
      site('make_layers', 'layers += [conv2d, nn.ReLU(inplace=True)]', ITEM, 'v'),
      site('CifarVGG._make_layers', 'nn.BatchNorm2d(x),', ITEM, 'x', 'nn.BatchNorm2d(x),', 'nn.ReLU(inplace=True)]'),
      site('WrittenOut.forward', 'x = self.bn1(x)', LAYER, '16', 'x = self.bn1(x)', 'x = self.relu(x)'),
      site('WrittenOut.forward', 'x = self.pool(self.relu(self.bn2(self.conv2(x))))', LAYER, 32),
    ],
    networks: [{ entry: 'vgg_tiny()', size: 16 }, { entry: 'vgg_tiny_bn()', size: 16 }, { entry: 'CifarVGG()', size: 16 }, { entry: 'WrittenOut()', size: 16 }],
  },
  {
    file: 'densenet.py',
    sites: [
      site('_DenseLayer.forward', 'new_features = self.conv2(self.relu2(self.norm2(bottleneck_output)))', LAYER, 'growth_rate'),
      site('Bottleneck.forward', 'out = torch.cat([out,x], 1)', LAYER, 'growth_rate', 'out = self.conv2(F.relu(self.bn2(out)))', 'out = torch.cat([out,x], 1)'),
      site('SingleLayer.forward', 'return torch.cat((x, self.conv1(F.relu(self.bn1(x)))), 1)', LAYER, 'growthRate'),
    ],
    networks: [{ entry: 'DenseNet()', size: 16 }, { entry: 'CifarDenseNet()', size: 16 }, { entry: 'CifarDenseNet(SingleLayer)', size: 16 }],
  },
  {
    file: 'branchSequential.py',
    sites: [
      site('BasicBlock.forward', 'return nn.ReLU(inplace=True)(self.residual_function(x) + self.shortcut(x))', END_OR_ITEM, 'out_channels * BasicBlock.expansion', 'nn.Conv2d(out_channels, out_channels * BasicBlock.expansion, kernel_size=3', 'return nn.ReLU(inplace=True)(self.residual_function(x) + self.shortcut(x))'),
      site('PreActBottleNeck.forward', 'return res + shortcut', END_OR_ITEM, 'out_channels * PreActBottleNeck.expansion', 'nn.Conv2d(out_channels, out_channels * PreActBottleNeck.expansion, 1)', 'return res + shortcut'),
      // The branch is called twice: the one place for one block is inside it.
      site('StochasticDepthBlock.forward', 'x = self.residual(x) + self.shortcut(x)', END_OR_ITEM, 'out_channels', 'nn.Conv2d(out_channels, out_channels, kernel_size=3', 'self.shortcut = nn.Sequential()'),
      site('ResnetBlock.forward', 'out = x + self.conv_block(x)', END_OR_ITEM, 'dim', 'if use_dropout:', 'out = x + self.conv_block(x)'),
    ],
    declined: [
      { owner: 'Residual.forward', at: 'return self.fn(x) + x', why: 'the branch is an argument, so nobody knows its channels' },
    ],
    networks: [{ entry: 'ResNet(BasicBlock, [2, 2])', size: 16 }, { entry: 'ResNet(PreActBottleNeck, [1, 2])', size: 16 }, { entry: 'ResNet(StochasticDepthBlock, [1, 1])', size: 16 }],
  },
  {
    file: 'seResnet.py',
    sites: [
      site('BasicBlock.forward', 'out += residual', END, 'planes'),
    ],
    occupied: [
      { owner: 'SEBasicBlock.forward', at: 'out += residual' },
      { owner: 'InlineBlock.forward', at: 'out += self.shortcut(x)' },
      { owner: 'ResidualSEBlock.forward', at: 'x = residual * excitation' },
      { owner: 'ConfiguredBlock.forward', at: 'out += self.shortcut(x)' },
    ],
    networks: [{ entry: 'resnet10()', size: 16 }, { entry: 'CifarNet(InlineBlock, 1)', size: 16 }, { entry: 'CifarNet(ConfiguredBlock, 1)', size: 16 }],
  },
  {
    file: 'detectorBlocks.py',
    sites: [
      site('ResUnit.forward', 'return x + self.expand(self.reduce(x))', END, 'channels'),
      site('Bottleneck.forward', 'return x + self.cv2(self.cv1(x)) if self.add else self.cv2(self.cv1(x))', END_OR_LAYER, 'c2'),
    ],
    networks: [{ entry: 'SmallBackbone()', size: 32 }],
  },
  {
    file: 'studentLab3.py',
    sites: [
      site('block1.forward', 'x = x1 + y', END, 'ch_out'),
      site('block2.forward', 'x = x1 + y', END, 'ch_out'),
      site('Net2.forward', 'x = self.relu(x + shortcut)', END, 16),
      site('Net2.forward', 'x = nn.ReLU()(x + shortcut)', END, 32),
    ],
    declined: [
      { owner: 'Net3.forward', at: 'x = x + y', why: 'one block in a loop would be shared by three units' },
      { owner: 'train', at: 'total = total + loss.item()', why: 'a sum of losses' },
    ],
    networks: [{ entry: 'MyNet()', size: 16 }, { entry: 'Net2()', size: 16 }, { entry: 'Net3()', size: 16 }],
  },
  {
    file: 'studentHausarbeit.py',
    sites: [
      site('Restblock.forward', 'y = torch.add(x, y)', END, 'ausgang'),
      site('RestblockMitHelfer.forward', 'temp = self.norm(self.faltung2(temp))', LAYER, 'kanaele', 'temp = self.norm(self.faltung2(temp))', 'return self.zusammenfuehren(x, temp)'),
      site('RestblockDreifach.forward', 'return f.relu(c + x)', END, 'kanaele'),
    ],
    declined: [
      { owner: 'RestblockMitHelfer.zusammenfuehren', at: 'summe = alt + neu', why: 'which of the two parameters is the branch is not said here' },
      { owner: 'RestblockDreifach.forward', at: 'c = self.norm(a + b)', why: 'two branches of equal depth are summed up; the shortcut is added below' },
    ],
    networks: [{ entry: 'Netz()', size: 16 }],
  },
  {
    file: 'studentHomework.py',
    sites: [
      site('Residual.forward', 'Y += X', END, 'num_channels'),
      site('ResidualBlock.forward', 'out += residual', END_OR_ITEM, 'out_channel'),
      site('bottleNeck.forward', 'out = out1 + out2', END_OR_ITEM, 'out_c'),
    ],
    declined: [
      { owner: 'inception_like.forward', at: 'return torch.cat((self.p1(x), self.p2(x), self.p3(x)), dim=1)', why: 'the block of an inception module scales all paths, whose channels are a sum of three' },
    ],
    networks: [{ entry: 'Model()', size: 16 }],
  },
  {
    file: 'kerasResnet.py',
    sites: [
      site('block1', "x = layers.Add(name=name + '_add')([shortcut, x])", END, '4 * filters'),
      site('block2', "x = layers.Add(name=name + '_out')([shortcut, x])", END, '4 * filters'),
      site('identity_block', 'x = layers.add([x, input_tensor])', END, 'filters3'),
      site('inverted_res_block', "return layers.Add(name=prefix + 'add')([inputs, x])", DEPTHWISE, ['inferred', 'expansion * in_channels'], 'x = layers.DepthwiseConv2D(', '# Project'),
      site('resnet_v1', 'x = layers.add([x, y])', END, ['num_filters', 'inferred'], 'y = resnet_layer(inputs=y', 'x = layers.add([x, y])'),
    ],
  },
  {
    file: 'kerasSubclasses.py',
    sites: [
      site('ResNetBlock.call', 'x = x + residual', END, 'self.channels'),
      site('BasicBlock.call', 'output = self.add([out, identity])', END, 'filters'),
      site('Residual.call', 'return activations.relu(Y + X)', END, 'num_channels'),
    ],
  },
  {
    file: 'flaxResnet.py',
    sites: [
      site('ResNetBlock.__call__', 'return self.act(residual + y)', END, ['self.filters', 'inferred']),
      site('BottleneckResNetBlock.__call__', 'y += residual', END, ['self.filters * 4', 'inferred']),
      site('PlainBlock.__call__', 'return inputs + x', END, ['self.features', 'inferred']),
      site('SetupBlock.__call__', 'return nn.relu(x + y)', END, ['self.features', 'inferred']),
    ],
  },
  {
    file: 'flaxNnxResnet.py',
    sites: [
      site('BasicBlock.__call__', 'return nnx.relu(out + identity)', END, 'cout'),
      site('ResidualBlock.__call__', 'out = out + residual', END, 'channels'),
    ],
  },
  {
    file: 'tfjsResnet.ts',
    sites: [
      site('bottleneck', 'newX = tf.layers.add().apply([newX, shortcut || x])', END, 'f3'),
      site('basicBlock', 'const sum = tf.layers.add().apply([branch, identity])', END, 'options.filters', 'const branch = bn2.apply(', 'const sum = tf.layers.add().apply([branch, identity])'),
      site('residualLayer', 'network = tf.layers.add()', END, ['options.filters', 'inferred'], 'network = convLayer(network, options)', '.apply([network, input])'),
    ],
  },
  {
    file: 'tfjsResnet.js',
    sites: [
      site('residualBlock', 'const out = tf.layers.add().apply([y, shortcut])', END, 'filters'),
      site('InvertedResidual.build', 'return tf.layers.add().apply([input, x])', DEPTHWISE, ['inferred', 'inChannels * this.expansion'], 'x = tf.layers.depthwiseConv2d(', 'x = tf.layers.conv2d({ filters: this.filters'),
      site('student', 'x = tf.layers.add().apply([x, skip])', END, 16),
    ],
  },
];
