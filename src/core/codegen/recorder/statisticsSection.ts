/** core/excitation/excitationAccumulator.ts in PyTorch, with gates that could not be measured. */
export const STATISTICS_SECTION = String.raw`class BlockStatistics:
    """Sums of a block's gates by class and channel, in float64; nothing else grows with the images."""

    def __init__(self, source, channels, classes):
        self.source = source
        self.channels = channels
        self.images = 0
        self.low = self.high = self.measured = 0
        self.lowest, self.highest = math.inf, -math.inf
        self.shift = None  # sums are of differences from it, which keeps their digits
        # Gates are missing only where output / input is 0 / 0; else a count a class will do.
        self.counts = torch.zeros(classes, channels if source.measured == "ratio" else 1, dtype=torch.float64)
        self.sums = torch.zeros(classes, channels, dtype=torch.float64)
        self.squares = torch.zeros(classes, channels, dtype=torch.float64)
        self.kept = []

    def grow(self, classes):
        more = classes - self.sums.shape[0]
        self.counts, self.sums, self.squares = (
            torch.cat([sums, sums.new_zeros(more, sums.shape[1])]) for sums in (self.counts, self.sums, self.squares)
        )

    def add(self, gates, rows, kept):
        """gates [n, C] in float64, rows [n] of their classes, kept: indices of the images to keep."""
        known = torch.isfinite(gates) if self.source.measured == "ratio" else torch.ones_like(gates, dtype=torch.bool)
        if self.shift is None:
            self.shift = torch.where(known, gates, torch.zeros_like(gates)).sum(0) / known.sum(0).clamp(min=1)
        delta = torch.where(known, gates - self.shift, torch.zeros_like(gates))
        self.counts.index_add_(0, rows, known[:, : self.counts.shape[1]].double())
        self.sums.index_add_(0, rows, delta)
        self.squares.index_add_(0, rows, delta**2)
        self.low += int(((gates < SATURATED_LOW) & known).sum())
        self.high += int(((gates > SATURATED_HIGH) & known).sum())
        self.measured += int(known.sum())
        if known.any():
            self.lowest = min(self.lowest, float(gates[known].min()))
            self.highest = max(self.highest, float(gates[known].max()))
        self.images += len(rows)
        if kept:
            self.kept.append(gates[kept].nan_to_num(0.0).float().numpy())

    def gate(self):
        """The name of the gate, unless the values say otherwise."""
        low, high = GATE_RANGES.get(self.source.gate, (math.inf, -math.inf))
        return self.source.gate if low <= self.lowest and self.highest <= high else None

    def entry(self, name, numbers):
        seen = self.counts > 0
        offset = self.sums / self.counts.clamp(min=1)
        mean = torch.where(seen, self.shift + offset, torch.zeros_like(offset))
        # All there is to describe are these images, so the deviation divides by n, not n - 1.
        deviation = (self.squares / self.counts.clamp(min=1) - offset**2).clamp(min=0).sqrt()
        gates = self.images * self.channels
        entry = {"block": name, "channels": self.channels}
        if self.gate() is not None:
            entry["gate"] = self.gate()
        entry["measured"] = self.source.measured
        if self.measured < gates:
            entry["unknown"] = 1 - self.measured / gates
        entry["saturatedLow"] = self.low / max(1, self.measured)
        entry["saturatedHigh"] = self.high / max(1, self.measured)
        entry["mean"] = packed(mean.numpy(), numbers)
        entry["deviation"] = packed(deviation.numpy(), numbers)
        if self.kept:
            entry["imageGates"] = packed(numpy.concatenate(self.kept), numbers)
        return entry`;
