"""Stand-in for jax.nn: the activations, written from their definitions."""
import numpy as np


def relu(x):
    return np.maximum(x, 0)


def relu6(x):
    return np.minimum(np.maximum(x, 0), 6)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def hard_sigmoid(x):
    """relu6(x + 3) / 6, as jax.nn documents it."""
    return relu6(x + 3) / 6


def silu(x):
    return x * sigmoid(x)


tanh = np.tanh
