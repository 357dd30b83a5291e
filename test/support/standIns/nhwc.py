"""Convolution, pooling and initial values for the stand-ins; plain numpy, NHWC."""
import numpy as np


def normal(seed, shape):
    """Normal numbers of variance 1 / fan-in, as lecun_normal gives; which numbers depends on the seed alone."""
    fan_in = int(np.prod(shape[:-1]))
    return np.random.RandomState(seed).standard_normal(shape).astype(np.float32) / np.sqrt(fan_in).astype(np.float32)


def pair(size):
    return (size, size) if isinstance(size, int) else tuple(size)


def windows(x, size, strides, fill):
    """Windows of a SAME-padded map, [N, H, W, C] -> [N, H / s, W / s, h, w, C]."""
    (h, w), (sh, sw) = size, strides
    height, width = -(-x.shape[1] // sh), -(-x.shape[2] // sw)
    rows = max((height - 1) * sh + h - x.shape[1], 0)
    columns = max((width - 1) * sw + w - x.shape[2], 0)
    padding = ((0, 0), (rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2), (0, 0))
    padded = np.pad(x, padding, constant_values=fill)
    taken = [[padded[:, i * sh:i * sh + h, j * sw:j * sw + w] for j in range(width)] for i in range(height)]
    return np.stack([np.stack(row, 1) for row in taken], 1)


def convolve(x, kernel, strides):
    """[N, H, W, in] and [h, w, in, out] -> [N, H / s, W / s, out], SAME padding."""
    return np.einsum('nijhwc,hwco->nijo', windows(x, kernel.shape[:2], pair(strides), 0), kernel)


def max_pool(inputs, window_shape, strides=None, padding='VALID'):
    assert padding == 'SAME' or all(size % step == 0 for size, step in zip(inputs.shape[1:3], strides)), padding
    return windows(inputs, window_shape, strides or (1, 1), -np.inf).max((3, 4))


def avg_pool(inputs, window_shape, strides=None, padding='VALID'):
    assert all(size % step == 0 for size, step in zip(inputs.shape[1:3], strides)), 'only whole windows here'
    return windows(inputs, window_shape, strides or (1, 1), 0).mean((3, 4))


def standardize(x, axes, eps=1e-5):
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + eps)


def group_standardize(x, groups, eps=1e-6):
    shape = x.shape
    split = x.reshape(shape[:-1] + (groups, shape[-1] // groups))
    return standardize(split, (1, 2, 4), eps).reshape(shape)
