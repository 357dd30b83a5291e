"""Stand-in for jax.numpy: numpy's own functions, which jax.numpy mirrors."""
from numpy import *  # noqa: F401,F403
