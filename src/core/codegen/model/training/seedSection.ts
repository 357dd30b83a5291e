/** Random numbers that depend on names alone, so that both arms of a pair, a resumed job and any number of processes see the same ones. */
export const SEED_SECTION = String.raw`def stable_seed(*words):
    """A seed that is the same for the same words, in every process and on every machine."""
    digest = hashlib.sha256("\0".join(str(word) for word in words).encode()).digest()
    return int.from_bytes(digest[:7], "little")


def generator_of(*words):
    return torch.Generator().manual_seed(stable_seed(*words))


def initialise_by_name(model, seed):
    """Initial values that hang on the seed and the module's name: what both arms have in common starts the same."""
    # From the leaves to the root, as nn.Module.apply goes.
    for name, module in reversed(list(model.named_modules())):
        torch.manual_seed(stable_seed(seed, "initial values", name))
        initialise(module)`;
