/** Hooks: in the first forward pass on everything that may be a block, then on what was found. */
export const WATCH_SECTION = String.raw`class Watch:
    """Follows a model's forward passes, finds its blocks in the first one, and hands on their gates after each.

    done: called after each pass with {name: gates [N, C]}.
    """

    def __init__(self, model, chosen, done):
        self.model = model
        self.root = model.module if isinstance(model, WRAPPERS) else model
        self.modules = dict(self.root.named_modules())
        self.chosen = None if chosen is None else list(chosen)
        unknown = [name for name in self.chosen or [] if name not in self.modules]
        if unknown:
            raise RecordingError(f"The model has no module {unknown[0]!r}. named_modules() lists their names.")
        self.done = done
        self.sources = {}  # of the blocks, by name; final when settled
        self.settled = False
        self.repeated = set()
        self.broken = False  # whether a value that is no number was seen before anything was found
        self.calls = {}  # of this pass: name -> {device: (N, C)}
        self.lock = threading.Lock()
        self.local = threading.local()  # DataParallel runs its replicas in threads
        self.outer = [
            model.register_forward_pre_hook(lambda module, inputs: self._start()),
            model.register_forward_hook(lambda module, inputs, output: self._finish()),
        ]
        self.inner = []
        candidates = self.chosen if self.chosen is not None else [
            name
            for name, module in self.modules.items()
            if name and has_parts(module) and any(isinstance(part, LAYERS) for part in module.modules())
        ]
        self._hook(candidates, [name for name in self.modules if name])

    def close(self):
        for hook in self.outer + self.inner:
            hook.remove()

    def _hook(self, blocks, parts):
        for hook in self.inner:
            hook.remove()
        # A part's hook comes before its block's, which closes the frame.
        self.inner = [self.modules[name].register_forward_hook(self._keep(name)) for name in parts]
        self.inner += [self.modules[name].register_forward_pre_hook(self._open(name)) for name in blocks]
        self.inner += [self.modules[name].register_forward_hook(self._close(name)) for name in blocks]

    def _frames(self):
        if not hasattr(self.local, "frames"):
            self.local.frames = []
        return self.local.frames

    def _start(self):
        self._frames().clear()
        self.calls = {}

    def _open(self, name):
        def hook(module, inputs):
            x = inputs[0] if inputs else None
            wanted = not self.settled or self.sources[name].measured == "ratio"
            # A copy, because a block may multiply in place.
            self._frames().append(Frame(name, x.detach().clone() if wanted and is_floating(x) else None))

        return hook

    def _keep(self, name):
        def hook(module, inputs, output):
            frames = self._frames()
            if frames and has_gate_shape(output):
                copied = output.detach().clone()
                for frame in frames:
                    if frame.name != name:
                        # In the order of the last calls.
                        frame.inner.pop(name, None)
                        frame.inner[name] = copied

        return hook

    def _close(self, name):
        def hook(module, inputs, output):
            frame = self._frames().pop()
            if not isinstance(output, torch.Tensor):
                return
            with torch.no_grad():
                source = self.sources.get(name) if self.settled else self._find(name, module, frame, output.detach())
                if source is None:
                    return
                gates = read_gates(source, frame, output.detach())
            if gates is None:
                return
            with self.lock:
                calls = self.calls.setdefault(name, {})
                if output.device in calls:
                    self.repeated.add(name)
                else:
                    calls[output.device] = gates

        return hook

    def _find(self, name, module, frame, output):
        source = find_source(module, frame, output, self.modules, self.chosen is not None)
        with self.lock:
            if source is None:
                self.broken |= is_floating(output) and not bool(torch.isfinite(output).all())
            else:
                source = self.sources.setdefault(name, source)
        return source

    def _finish(self):
        if not self.settled:
            self._settle()
        devices = [torch.device(device) for device in getattr(self.model, "device_ids", None) or []]
        gates = {}
        for name, calls in self.calls.items():
            if name in self.sources:
                parts = sorted(calls.items(), key=lambda call: devices.index(call[0]) if call[0] in devices else 0)
                gates[name] = torch.cat([part.cpu() for _, part in parts]).double()
        self.calls = {}
        self.done(gates)

    def _settle(self):
        """Keeps the innermost blocks that multiply, and the outermost of those that only make gates."""
        products = [name for name, source in self.sources.items() if source.measured != "output"]
        products = [name for name in products if not any(is_inside(other, name) for other in products)]
        makers = [name for name, source in self.sources.items() if source.measured == "output"]
        makers = [name for name in makers if not any(is_inside(name, other) for other in products + makers)]
        if self.chosen is not None:
            products, makers = self.chosen, []
        kept = [name for name in self.modules if name in self.sources and name in {*products, *makers}]
        if not kept:
            raise RecordingError(
                "A value in the first forward pass is not a number, so no block can be told: "
                "check the model's weights and its input."
                if self.broken
                else "No squeeze-and-excitation block was found: no module of the model multiplies its input by "
                "gates [N, C], and none makes such gates. A block that is written in the forward method of a larger "
                "module cannot be seen; name the module that makes its gates: blocks=['layer1.0.sigmoid']."
            )
        self.sources = {name: self.sources[name] for name in kept}
        self.settled = True
        parts = {source.module for source in self.sources.values() if source.module is not None}
        self._hook(kept, parts)


def is_inside(name, other):
    return name.startswith(other + ".")`;
