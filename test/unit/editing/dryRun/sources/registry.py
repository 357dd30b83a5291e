"""In the style of timm: registered functions, dictionaries of arguments merged, drop path rates, stages from zip."""
import torch
import torch.nn as nn

_registry = {}


def register_model(fn):
    _registry[fn.__name__] = fn
    return fn


def drop_blocks(drop_prob=0.):
    return [None, None, None, drop_prob or None]


def get_padding(kernel_size, stride, dilation=1):
    return ((stride - 1) + dilation * (kernel_size - 1)) // 2


def create_attn(attn_type, channels, **kwargs):
    if attn_type is None:
        return None
    if isinstance(attn_type, str):
        module_cls = {'se': SEModule, 'eca': EcaModule}[attn_type.lower()]
    elif isinstance(attn_type, bool):
        module_cls = SEModule if attn_type else None
    else:
        module_cls = attn_type
    return module_cls(channels, **kwargs) if module_cls is not None else None


class SEModule(nn.Module):
    def __init__(self, channels, rd_ratio=1. / 16, rd_divisor=8):
        super().__init__()
        rd_channels = max(rd_divisor, int(channels * rd_ratio + rd_divisor / 2) // rd_divisor * rd_divisor)
        self.fc1 = nn.Conv2d(channels, rd_channels, 1)
        self.fc2 = nn.Conv2d(rd_channels, channels, 1)


class EcaModule(nn.Module):
    def __init__(self, channels=None, kernel_size=3):
        super().__init__()
        self.conv = nn.Conv1d(1, 1, kernel_size=kernel_size)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, cardinality=1, base_width=64, reduce_first=1,
                 dilation=1, first_dilation=None, act_layer=nn.ReLU, norm_layer=nn.BatchNorm2d, attn_layer=None,
                 drop_path=None):
        super().__init__()
        width = int(torch.tensor(0).item() + planes * (base_width / 64)) * cardinality
        first_planes = width // reduce_first
        outplanes = planes * self.expansion
        first_dilation = first_dilation or dilation
        self.conv1 = nn.Conv2d(inplanes, first_planes, kernel_size=1, bias=False)
        self.bn1 = norm_layer(first_planes)
        self.conv2 = nn.Conv2d(first_planes, width, kernel_size=3, stride=stride,
                               padding=get_padding(3, 1, first_dilation), dilation=first_dilation, groups=cardinality)
        self.bn2 = norm_layer(width)
        self.conv3 = nn.Conv2d(width, outplanes, kernel_size=1, bias=False)
        self.bn3 = norm_layer(outplanes)
        self.se = create_attn(attn_layer, outplanes)
        self.act3 = act_layer(inplace=True)
        self.downsample = downsample
        self.drop_path = drop_path


def downsample_conv(in_channels, out_channels, kernel_size, stride=1, norm_layer=None):
    norm_layer = norm_layer or nn.BatchNorm2d
    return nn.Sequential(*[nn.Conv2d(in_channels, out_channels, kernel_size, stride=stride), norm_layer(out_channels)])


def make_blocks(block_fn, channels, block_repeats, inplanes, reduce_first=1, output_stride=32, drop_path_rate=0.,
                **kwargs):
    stages = []
    feature_info = []
    net_num_blocks = sum(block_repeats)
    net_block_idx = 0
    net_stride = 4
    dilation = prev_dilation = 1
    for stage_idx, (planes, num_blocks, db) in enumerate(zip(channels, block_repeats, drop_blocks(0.1))):
        stage_name = f'layer{stage_idx + 1}'
        stride = 1 if stage_idx == 0 else 2
        if net_stride >= output_stride:
            dilation *= stride
            stride = 1
        else:
            net_stride *= stride

        downsample = None
        if stride != 1 or inplanes != planes * block_fn.expansion:
            downsample = downsample_conv(inplanes, planes * block_fn.expansion, 1, stride, kwargs.get('norm_layer'))

        block_kwargs = dict(reduce_first=reduce_first, dilation=dilation, **kwargs)
        blocks = []
        for block_idx in range(num_blocks):
            downsample = downsample if block_idx == 0 else None
            stride = stride if block_idx == 0 else 1
            block_dpr = drop_path_rate * net_block_idx / (net_num_blocks - 1)
            blocks.append(block_fn(
                inplanes, planes, stride, downsample, first_dilation=prev_dilation,
                drop_path=block_dpr if block_dpr > 0. else None, **block_kwargs))
            prev_dilation = dilation
            inplanes = planes * block_fn.expansion
            net_block_idx += 1
        stages.append((stage_name, nn.Sequential(*blocks)))
        feature_info.append(dict(num_chs=inplanes, reduction=net_stride, module=stage_name))
    return stages, feature_info


class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, in_chans=3, output_stride=32, cardinality=1, base_width=64,
                 stem_width=64, stem_type='', block_reduce_first=1, drop_path_rate=0., block_args=None):
        super().__init__()
        block_args = block_args or dict()
        assert output_stride in (8, 16, 32)
        deep_stem = 'deep' in stem_type
        inplanes = stem_width * 2 if deep_stem else 64
        if deep_stem:
            stem_chs = (stem_width, stem_width)
            if 'tiered' in stem_type:
                stem_chs = (3 * (stem_width // 4), stem_width)
            self.conv1 = nn.Sequential(*[
                nn.Conv2d(in_chans, stem_chs[0], 3), nn.ReLU(), nn.Conv2d(stem_chs[0], stem_chs[1], 3), nn.ReLU(),
                nn.Conv2d(stem_chs[1], inplanes, 3)])
        else:
            self.conv1 = nn.Conv2d(in_chans, inplanes, kernel_size=7, stride=2, padding=3, bias=False)
        channels = [64, 128, 256, 512]
        stage_modules, stage_feature_info = make_blocks(
            block, channels, layers, inplanes, cardinality=cardinality, base_width=base_width,
            output_stride=output_stride, reduce_first=block_reduce_first, drop_path_rate=drop_path_rate, **block_args)
        for stage in stage_modules:
            self.add_module(*stage)
        self.num_features = 512 * block.expansion
        self.fc = nn.Linear(self.num_features, num_classes) if num_classes > 0 else nn.Identity()
        self.init_weights()

    @torch.jit.ignore
    def init_weights(self, zero_init_last=True):
        for name, m in self.named_modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight)


def _create_resnet(variant, pretrained=False, **kwargs):
    model = ResNet(**kwargs)
    model.variant = variant
    return model


@register_model
def resnet26d(pretrained=False, **kwargs):
    model_args = dict(block=Bottleneck, layers=[2, 2, 2, 2], stem_width=32, stem_type='deep')
    return _create_resnet('resnet26d', pretrained, **dict(model_args, **kwargs))


@register_model
def seresnext26t_32x4d(pretrained=False, **kwargs):
    model_args = dict(
        block=Bottleneck, layers=[2, 2, 2, 2], cardinality=32, base_width=4, stem_width=32, stem_type='deep_tiered',
        drop_path_rate=0.2, block_args=dict(attn_layer='se'))
    return _create_resnet('seresnext26t_32x4d', pretrained, **{**model_args, **kwargs})


@register_model
def ecaresnet50_os8(pretrained=False, **kwargs):
    return _create_resnet('x', pretrained, block=Bottleneck, layers=(3, 4, 6, 3), output_stride=8,
                          block_args={'attn_layer': EcaModule, **kwargs})
