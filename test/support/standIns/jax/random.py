"""Stand-in for jax.random: a key is a seed. The numbers are not JAX's."""


def key(seed):
    return int(seed)


PRNGKey = key
