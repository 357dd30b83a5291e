"""Stand-in for flax.linen: modules are dataclasses, bound to their parameters when they are called."""
import copy
import dataclasses

import numpy as np
from jax.nn import hard_sigmoid, relu, relu6, sigmoid, silu, tanh  # noqa: F401

import nhwc
from nhwc import avg_pool, max_pool  # noqa: F401

# What runs now: (module, whether it may make submodules and parameters).
running = []


class AssignSubModuleError(Exception):
    pass


class NameInUseError(Exception):
    pass


class ScopeParamNotFoundError(Exception):
    pass


def compact(method):
    method.is_compact = True
    return method


class Module:
    name = None

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        dataclasses.dataclass(eq=False, repr=False)(cls)
        make = cls.__init__

        def init(self, *args, name=None, **fields):
            make(self, *args, **fields)
            if name is not None:
                object.__setattr__(self, 'name', name)
            self.adopt_by_running()

        cls.__init__ = init
        if '__call__' in cls.__dict__:
            call = cls.__call__

            def bound_call(self, *args, **kwargs):
                return self.run(call, args, kwargs)

            cls.__call__ = bound_call

    def setup(self):
        pass

    def adopt_by_running(self):
        if not running:
            return
        parent, may_make = running[-1]
        if not may_make:
            raise AssignSubModuleError('Submodules belong in setup() or in a method with @compact.')
        if getattr(parent, 'in_setup', False):
            return  # the attribute names it
        parent.adopt(self, self.name)

    def adopt(self, child, name):
        """Gives a child its name, `Dense_0`, `Dense_1`, ... where it has none, and its part of the parameters."""
        if name is None:
            kind = type(child).__name__
            count = self.counts.get(kind, 0)
            self.counts[kind] = count + 1
            name = f'{kind}_{count}'
        if name in self.children:
            raise NameInUseError(name)
        self.children.add(name)
        object.__setattr__(child, 'name', name)
        object.__setattr__(child, 'scope', self.scope.child(name))

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)
        if isinstance(value, Module) and getattr(self, 'in_setup', False):
            self.adopt(value, name)

    def run(self, call, args, kwargs):
        if getattr(self, 'scope', None) is None:
            raise AssignSubModuleError(f'{type(self).__name__} is called outside of init and apply.')
        is_compact = getattr(call, 'is_compact', False)
        if not getattr(self, 'is_set_up', False):
            self.counts, self.children, self.is_set_up = {}, set(), True
            self.in_setup = True
            running.append((self, True))
            self.setup()
            running.pop()
            self.in_setup = False
        running.append((self, is_compact))
        try:
            return call(self, *args, **kwargs)
        finally:
            running.pop()

    def param(self, name, initialize, shape):
        if not running[-1][1]:
            raise AssignSubModuleError('Parameters belong in setup() or in a method with @compact.')
        return self.scope.value('params', name, lambda: initialize(self.scope.seed(), shape))

    def bind_copy(self, scope):
        model = copy.copy(self)
        object.__setattr__(model, 'scope', scope)
        return model

    def init(self, key, *args, **kwargs):
        scope = Scope({}, (), [int(key)], True)
        self.bind_copy(scope)(*args, **kwargs)
        return scope.collections

    def apply(self, variables, *args, mutable=(), **kwargs):
        scope = Scope(variables, (), [0], False)
        return self.bind_copy(scope)(*args, **kwargs)


class Scope:
    """The place of one module in the tree of each collection."""

    def __init__(self, collections, path, seeds, making):
        self.collections, self.path, self.seeds, self.making = collections, path, seeds, making

    def child(self, name):
        return Scope(self.collections, self.path + (name,), self.seeds, self.making)

    def seed(self):
        self.seeds[0] += 1
        return self.seeds[0]

    def value(self, collection, name, make):
        place = self.collections.setdefault(collection, {}) if self.making else self.collections.get(collection, {})
        for part in self.path:
            place = place.setdefault(part, {}) if self.making else place.get(part, {})
        if name not in place:
            if not self.making:
                raise ScopeParamNotFoundError(f'{collection}/{"/".join(self.path)}/{name}')
            place[name] = make()
        return place[name]


class initializers:
    @staticmethod
    def zeros(_seed, shape):
        return np.zeros(shape, np.float32)

    @staticmethod
    def ones(_seed, shape):
        return np.ones(shape, np.float32)

    @staticmethod
    def zeros_init():
        return initializers.zeros


class Dense(Module):
    features: int
    use_bias: bool = True

    @compact
    def __call__(self, inputs):
        kernel = self.param('kernel', nhwc.normal, (inputs.shape[-1], self.features))
        y = inputs @ kernel
        return y + self.param('bias', initializers.zeros, (self.features,)) if self.use_bias else y


class Conv(Module):
    features: int
    kernel_size: object
    strides: object = 1
    padding: str = 'SAME'
    use_bias: bool = True

    @compact
    def __call__(self, inputs):
        shape = nhwc.pair(self.kernel_size) + (inputs.shape[-1], self.features)
        y = nhwc.convolve(inputs, self.param('kernel', nhwc.normal, shape), self.strides or 1)
        return y + self.param('bias', initializers.zeros, (self.features,)) if self.use_bias else y


class BatchNorm(Module):
    use_running_average: object = None
    momentum: float = 0.99
    epsilon: float = 1e-5
    scale_init: object = initializers.ones

    @compact
    def __call__(self, x, use_running_average=None):
        given = self.use_running_average if use_running_average is None else use_running_average
        assert given is not None, 'use_running_average is needed'
        channels = (x.shape[-1],)
        scale = self.param('scale', self.scale_init, channels)
        bias = self.param('bias', initializers.zeros, channels)
        mean = self.scope.value('batch_stats', 'mean', lambda: np.zeros(channels, np.float32))
        var = self.scope.value('batch_stats', 'var', lambda: np.ones(channels, np.float32))
        if given:
            return (x - mean) / np.sqrt(var + self.epsilon) * scale + bias
        return nhwc.standardize(x, (0, 1, 2), self.epsilon) * scale + bias


class GroupNorm(Module):
    num_groups: int = 32

    @compact
    def __call__(self, x):
        channels = (x.shape[-1],)
        scale = self.param('scale', initializers.ones, channels)
        return nhwc.group_standardize(x, self.num_groups) * scale + self.param('bias', initializers.zeros, channels)


class Sequential(Module):
    layers: object

    @compact
    def __call__(self, x):
        for index, layer in enumerate(self.layers):
            if isinstance(layer, Module):
                layer = copy.copy(layer)
                self.adopt(layer, f'layers_{index}')
            x = layer(x)
        return x
