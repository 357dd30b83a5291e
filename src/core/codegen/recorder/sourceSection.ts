/** Where the gates of a block are, and how they are read there. */
export const SOURCE_SECTION = String.raw`class RecordingError(RuntimeError):
    """What was recorded, or was to be, makes no trace. The message says what to do."""


class Source(NamedTuple):
    """Where the gates of a block are read.

    measured is "activation" for the output of a module inside the block, "layer" for a gate function that
    the block applies to the output of a module inside it and that is computed here again, "output" for
    the output of a block that leaves the product to its caller, and "ratio" for output / input.
    """

    measured: str
    module: Optional[str] = None
    gate: Optional[str] = None


class Frame:
    """One call of a module: a copy of its input, and what came out of the modules in it in the shape of gates."""

    def __init__(self, name, x):
        self.name = name
        self.x = x
        self.inner = {}


GATE_FUNCTIONS = {"sigmoid": torch.sigmoid, "hard-sigmoid": F.hardsigmoid, "tanh": torch.tanh, "relu": torch.relu}
GATE_RANGES = {"sigmoid": (0, 1), "hard-sigmoid": (0, 1), "tanh": (-1, 1), "relu": (0, math.inf)}
GATE_CLASSES = {
    "sigmoid": "sigmoid",
    "hardsigmoid": "hard-sigmoid",
    "hsigmoid": "hard-sigmoid",
    "tanh": "tanh",
    "relu": "relu",
}
LAYERS = (nn.Linear, nn.modules.conv._ConvNd)


def gate_of(module):
    """The function's name by the name of its class: only the caption of what was measured depends on it."""
    return GATE_CLASSES.get(type(module).__name__.lower().replace("_", ""))


def is_floating(value):
    return isinstance(value, torch.Tensor) and value.is_floating_point() and value.dim() >= 2


def has_gate_shape(value):
    """Whether value is [N, C] or [N, C, 1, ...]."""
    return is_floating(value) and value.numel() == value.shape[0] * value.shape[1]


def positions(x):
    """Values that x has for each image and channel."""
    return math.prod(x.shape[2:])


def as_factor(gates, x):
    """Gates [N, C, ...] in the shape that multiplies x [N, C, ...]."""
    return gates.reshape(x.shape[0], x.shape[1], *[1] * (x.dim() - 2)).to(x.device)


def is_product(x, gates, y):
    """Whether y is x times the gates, as exactly as the coarsest type among them allows."""
    tolerance = max(1e-5, 8 * max(torch.finfo(value.dtype).eps for value in (x, gates, y)))
    product = x.float() * as_factor(gates, x).float()
    y = y.float()
    slack = tolerance * (torch.maximum(product.abs(), y.abs()) + 1e-3 * y.abs().max())
    return bool(((product - y).abs() <= slack).all())


def ratio(x, y):
    """Output / input by least squares, [N, C]; NaN where the input is 0 everywhere."""
    x, y = x.float().flatten(2) if x.dim() > 2 else x.float()[..., None], y.float().reshape(*y.shape[:2], -1)
    power = (x * x).sum(2)
    return torch.where(power > 1e-12, (x * y).sum(2) / power.clamp(min=1e-12), torch.full_like(power, math.nan))


def has_excitation(module, channels):
    """Whether the layers in the module are pointwise and lead from the channels back to them: C -> C/r -> C."""
    layers = [layer for layer in module.modules() if isinstance(layer, LAYERS)]
    widths = []
    for layer in layers:
        if isinstance(layer, nn.Linear):
            widths.append((layer.in_features, layer.out_features))
        elif all(size == 1 for size in layer.kernel_size):
            widths.append((layer.in_channels, layer.out_channels))
        else:
            return False
    return len(widths) >= 2 and widths[0][0] == channels and widths[-1][1] == channels


def find_source(module, frame, y, modules, chosen):
    """How to read the module's gates, by what it made of its input; None if it is no block.

    chosen: the user has named the module, so that a doubt is decided in its favour.
    """
    x = frame.x
    if not is_floating(y):
        return None
    if is_floating(x) and x.shape == y.shape:
        channels = x.shape[1]
        excites = chosen or has_excitation(module, channels)
        gates_inside = [
            (name, gates) for name, gates in frame.inner.items() if gates.numel() == x.shape[0] * channels
        ]
        # Any gate times nothing is nothing: zeros prove nothing.
        if excites or bool(x.any()):
            # Of modules that hand on the same gates, a known activation says the most, then the innermost.
            gates_inside.sort(key=lambda entry: (gate_of(modules[entry[0]]) is None, has_parts(modules[entry[0]])))
            for name, gates in gates_inside:
                if is_product(x, gates, y):
                    return Source("activation", name, gate_of(modules[name]))
            for name, values in gates_inside:
                for gate, function in GATE_FUNCTIONS.items():
                    if is_product(x, function(values.float()), y):
                        return Source("layer", name, gate)
        if positions(x) > 1 and bool(x.any()):
            gates = ratio(x, y)
            known = gates.nan_to_num(0.0)
            changes = bool(((gates - 1).abs() > 1e-3).any()) and (excites or depends_on_image(gates))
            if changes and is_product(x, known, y):
                return Source("ratio")
    if has_gate_shape(y):
        makers = [name for name, gates in frame.inner.items() if same(gates, y) and not has_parts(modules[name])]
        leaf = next(iter(makers), None)
        gate = gate_of(module if leaf is None else modules[leaf])
        if chosen:
            return Source("output", None, gate)
        squeezes = is_floating(x) and x.shape[:2] == y.shape[:2] and has_excitation(module, y.shape[1])
        ends_in_gate = leaf is not None and not isinstance(modules[leaf], LAYERS)
        bounded = bool(((y >= 0) & (y <= 1)).all())
        if squeezes and bounded and (ends_in_gate or positions(x) > 1):
            return Source("output", None, gate)
    return None


def depends_on_image(gates):
    """Whether the gates [N, C] are more than constants of the layer."""
    return gates.shape[0] > 1 and bool(((gates - gates[:1]).abs() > 1e-3).any())


def has_parts(module):
    return next(module.children(), None) is not None


def same(one, other):
    return one.numel() == other.numel() and bool((one.flatten() == other.flatten()).all())


def read_gates(source, frame, y):
    """Gates [N, C] of one call; None if the call did not come to them."""
    if source.measured == "ratio":
        return ratio(frame.x, y)
    gates = y if source.measured == "output" else frame.inner.get(source.module)
    if source.measured == "layer" and gates is not None:
        gates = GATE_FUNCTIONS[source.gate](gates.float())
    # A copy, because what comes next may work in place.
    return None if gates is None else gates.detach().flatten(1).float().clone()`;
