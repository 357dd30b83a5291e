"""A stand-in for the part of Flax's linen that generated models use, from its documentation: names and order of arguments, defaults, layouts.

Written by us: it shows that the generated text hangs together and says what we mean, not that Flax means the same.
"""
import dataclasses
import functools
import types

from arrays import ACTIVATIONS, convolve, max_pool, normalise


def flax_modules(weights, notes):
    path = []

    class Module:
        def __init_subclass__(cls):
            cls.__annotations__ = {**cls.__dict__.get('__annotations__', {}), 'name': str}
            cls.name = None
            dataclasses.dataclass(cls)
            forward = cls.__call__

            @functools.wraps(forward)
            def called(self, *args, **kwargs):
                assert path or self.name is None, 'only the outermost module has no name'
                path.append(self.name or '')
                try:
                    return forward(self, *args, **kwargs)
                finally:
                    path.pop()

            cls.__call__ = called

        def sow(self, collection, name, value):
            assert (collection, name) == ('intermediates', 'gates')
            notes['sown'].append(list(value.shape))

        @staticmethod
        def take(role, shape, initial):
            names = path[1:]
            if names[-1] in ('fc1', 'fc2') and len(names) > 1:
                number = names.pop()[-1]
                role = {'weight': 'w', 'bias': 'b'}[role] + number
            return weights.take('_'.join(names), role, shape, initial)

    class Conv(Module):
        features: int
        kernel_size: tuple
        strides: int = 1
        padding: str = 'SAME'
        use_bias: bool = True
        kernel_init: object = 'lecun_normal'

        def __call__(self, x):
            assert self.padding == 'SAME' and not self.use_bias
            kernel = self.take('weight', (*self.kernel_size, x.shape[-1], self.features), self.kernel_init)
            return convolve(x, kernel, self.strides)

    class Dense(Module):
        features: int
        use_bias: bool = True
        kernel_init: object = 'lecun_normal'

        def __call__(self, x):
            y = x @ self.take('weight', (x.shape[-1], self.features), self.kernel_init)
            return y + self.take('bias', (self.features,), 'zeros') if self.use_bias else y

    class BatchNorm(Module):
        use_running_average: bool = None
        momentum: float = 0.99
        epsilon: float = 1e-5

        def __call__(self, x):
            notes['batchNorm'].append([self.momentum, self.epsilon])
            assert self.use_running_average is True, 'evaluation uses the running averages'
            channels = (x.shape[-1],)
            gamma, beta = self.take('gamma', channels, 'ones'), self.take('beta', channels, 'zeros')
            mean, variance = self.take('movingMean', channels, 'zeros'), self.take('movingVariance', channels, 'ones')
            return normalise(x, mean, variance, gamma, beta, self.epsilon)

    def pool(x, window_shape, strides=None, padding='VALID'):
        assert padding == 'SAME'
        return max_pool(x, window_shape[0], strides[0])

    linen = types.ModuleType('flax.linen')
    linen.Module, linen.Conv, linen.Dense, linen.BatchNorm, linen.max_pool = Module, Conv, Dense, BatchNorm, pool
    linen.compact = lambda method: method
    linen.initializers = types.SimpleNamespace(
        variance_scaling=lambda scale, mode, distribution: [scale, mode, distribution],
        glorot_uniform=lambda: 'glorot_uniform',
    )
    for name, activation in ACTIVATIONS.items():
        setattr(linen, name, activation)
    flax, jax, jnp = types.ModuleType('flax'), types.ModuleType('jax'), types.ModuleType('jax.numpy')
    flax.linen, jax.numpy = linen, jnp
    return {'flax': flax, 'flax.linen': linen, 'jax': jax, 'jax.numpy': jnp}
