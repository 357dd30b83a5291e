"""
A stand-in for Flax, not Flax: as much of linen and nnx as the tests of generated code run, on numpy.

Faithful where the tests look: kernels [in, out] and [h, w, in, out], feature maps [N, H, W, C], linen's shapes found at the first call,
submodules only in `setup` or under `@compact`, one parameter collection per module, nnx's `rngs` by keyword. Not Flax's random numbers,
transformations, sharding or mixed precision policy.
"""
