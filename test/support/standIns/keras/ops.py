"""Stand-in for keras.ops."""
import numpy as np

add, multiply, mean = np.add, np.multiply, np.mean


def relu(x):
    return np.maximum(x, 0)
