import jax
import jax.numpy as jnp
from flax import nnx


def conv3x3(cin, cout, stride, rngs):
    return nnx.Conv(cin, cout, kernel_size=(3, 3), strides=(stride, stride), padding="SAME", use_bias=False, rngs=rngs)


class BasicBlock(nnx.Module):
    def __init__(self, cin: int, cout: int, stride: int, rngs: nnx.Rngs):
        self.conv1 = conv3x3(cin, cout, stride, rngs)
        self.bn1 = nnx.BatchNorm(cout, rngs=rngs)
        self.conv2 = conv3x3(cout, cout, 1, rngs)
        self.bn2 = nnx.BatchNorm(cout, rngs=rngs)
        if stride != 1 or cin != cout:
            self.downsample_conv = nnx.Conv(cin, cout, (1, 1), strides=stride, use_bias=False, rngs=rngs)
            self.downsample_bn = nnx.BatchNorm(cout, rngs=rngs)
        else:
            self.downsample_conv = None
            self.downsample_bn = None

    def __call__(self, x, train: bool = False):
        identity = x
        out = self.conv1(x)
        out = nnx.relu(self.bn1(out, use_running_average=not train))
        out = self.conv2(out)
        out = self.bn2(out, use_running_average=not train)
        if self.downsample_conv is not None:
            identity = self.downsample_bn(self.downsample_conv(x), use_running_average=not train)
        return nnx.relu(out + identity)


class ResidualBlock(nnx.Module):
    def __init__(self, channels: int, *, rngs: nnx.Rngs):
        self.conv1 = nnx.Conv(
            in_features=channels, out_features=channels, kernel_size=(3, 3), padding="SAME", rngs=rngs
        )
        self.norm1 = nnx.BatchNorm(num_features=channels, rngs=rngs)
        self.conv2 = nnx.Conv(
            in_features=channels, out_features=channels, kernel_size=(3, 3), padding="SAME", rngs=rngs
        )
        self.norm2 = nnx.BatchNorm(num_features=channels, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        residual = x

        out = nnx.relu(self.norm1(self.conv1(x)))
        out = self.norm2(self.conv2(out))
        out = out + residual

        return jax.nn.relu(out)


class Net(nnx.Module):
    def __init__(self, num_classes: int = 10, *, rngs: nnx.Rngs):
        self.stem = nnx.Conv(3, 16, kernel_size=(3, 3), rngs=rngs)
        self.stem_bn = nnx.BatchNorm(16, rngs=rngs)
        self.block1 = BasicBlock(16, 16, 1, rngs)
        self.block2 = BasicBlock(16, 32, 2, rngs)
        self.block3 = ResidualBlock(32, rngs=rngs)
        self.head = nnx.Linear(32, num_classes, rngs=rngs)

    def __call__(self, x, train: bool = False):
        x = self.stem(x)
        x = self.stem_bn(x, use_running_average=not train)
        x = nnx.relu(x)
        x = self.block1(x, train)
        x = self.block2(x, train)
        x = self.block3(x)
        return self.head(jnp.mean(x, axis=(1, 2)))
