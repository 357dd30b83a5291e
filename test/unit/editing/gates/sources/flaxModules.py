"""A network in Flax with names of its own."""
import flax.linen as nn
import jax.numpy as jnp


class SEBlock(nn.Module):
    reduction: int = 4

    @nn.compact
    def __call__(self, x):
        channels = x.shape[-1]
        s = jnp.mean(x, axis=(1, 2))
        s = nn.relu(nn.Dense(channels // self.reduction)(s))
        s = nn.sigmoid(nn.Dense(channels)(s))
        return x * s[:, None, None, :]


class ResidualUnit(nn.Module):
    features: int
    strides: int = 1

    @nn.compact
    def __call__(self, x):
        y = nn.relu(nn.Conv(self.features, (3, 3), strides=self.strides)(x))
        y = nn.Conv(self.features, (3, 3))(y)
        y = SEBlock()(y)
        if self.strides != 1:
            x = nn.Conv(self.features, (1, 1), strides=self.strides)(x)
        return nn.relu(x + y)


class Net(nn.Module):
    @nn.compact
    def __call__(self, x):
        x = nn.Conv(16, (3, 3))(x)
        for features in (16, 32, 64):
            for index in range(2):
                x = ResidualUnit(features, 2 if index == 0 and features > 16 else 1)(x)
        return nn.Dense(10)(x.mean(axis=(1, 2)))
