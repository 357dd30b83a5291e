/** core/excitation/excitationAccumulator.ts in PyTorch: what an evaluation sees of the gates, per block, class and channel. */
export const EXCITATION_SECTION = String.raw`class GateWatch:
    """Gathers the gates of every SE block over an evaluation: sums by class and channel, and how many are saturated."""

    def __init__(self, model):
        self.blocks = {name: module for name, module in model.named_modules() if isinstance(module, SqueezeExcite)}
        self.gates = {}
        self.images = torch.zeros(CLASSES, dtype=torch.float64)
        self.sums = {  # of the gates and of their squares
            name: torch.zeros(2, CLASSES, block.fc2.out_channels, dtype=torch.float64)
            for name, block in self.blocks.items()
        }
        self.saturated = {name: torch.zeros(2, dtype=torch.float64) for name in self.blocks}

    def __enter__(self):
        def keep(name):
            return lambda module, inputs, output: self.gates.update({name: output})

        self.hooks = [block.gate.register_forward_hook(keep(name)) for name, block in self.blocks.items()]
        return self

    def __exit__(self, *failure):
        for hook in self.hooks:
            hook.remove()

    def add(self, labels):
        """Takes in the gates of the forward pass just made; labels [n], on the CPU."""
        self.images += torch.bincount(labels, minlength=CLASSES)
        for name, gates in self.gates.items():
            gates = gates.flatten(1).double().cpu()  # [n, C]
            self.sums[name][0].index_add_(0, labels, gates)
            self.sums[name][1].index_add_(0, labels, gates**2)
            self.saturated[name] += torch.stack([(gates < 0.05).sum(), (gates > 0.95).sum()])

    def tensors(self):
        """What has to be added up over the processes."""
        return [self.images, *self.sums.values(), *self.saturated.values()]

    def summary(self):
        """As the run log has it; None for a model without SE."""
        if not self.blocks:
            return None
        counts = self.images[:, None]
        blocks = []
        for name, (total, squares) in self.sums.items():
            if not torch.isfinite(squares).all():
                raise Diverged(f"A gate of {name} is not a number")
            mean = total / counts.clamp(min=1)
            # All there is to describe are these images, so the deviation divides by n, not n - 1.
            deviation = (squares / counts.clamp(min=1) - mean**2).clamp(min=0).sqrt()
            low, high = (self.saturated[name] / (counts.sum() * mean.shape[1])).tolist()
            blocks.append({
                "block": name,
                "channels": mean.shape[1],
                "mean": rounded(mean),
                "deviation": rounded(deviation),
                "saturatedLow": low,
                "saturatedHigh": high,
            })
        return {"classes": CLASSES, "imagesPerClass": [int(count) for count in self.images], "blocks": blocks}


def rounded(values):
    """Row by row, to five decimals: finer than any colour shows."""
    return ((values * 1e5 + 0.5).floor() / 1e5).flatten().tolist()`;
