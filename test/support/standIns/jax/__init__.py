"""A stand-in for JAX, not JAX: numpy under JAX's names, for what the tests of generated Flax code call."""
from numpy import ndarray as Array  # noqa: F401

from . import nn, numpy, random  # noqa: F401
