/** One process or many under torchrun: who am I, what do I compute on, how do sums come together. */
export const PROCESS_SECTION = String.raw`class Processes:
    """This process among those that torchrun started; the only one without torchrun."""

    def __init__(self):
        self.rank = int(os.environ.get("RANK", 0))
        self.count = int(os.environ.get("WORLD_SIZE", 1))
        local_rank = int(os.environ.get("LOCAL_RANK", 0))
        if torch.cuda.is_available():
            if local_rank >= torch.cuda.device_count():
                raise SystemExit(f"There are {torch.cuda.device_count()} GPUs; start no more processes than that.")
            self.device = torch.device("cuda", local_rank)
            torch.cuda.set_device(self.device)
        else:
            self.device = torch.device("cpu")
        if self.count > 1:
            torch.distributed.init_process_group("nccl" if self.device.type == "cuda" else "gloo")

    def close(self):
        if self.count > 1:
            torch.distributed.destroy_process_group()

    @property
    def leads(self):
        """Whether this is the process that writes and prints."""
        return self.rank == 0

    def add_up(self, tensors):
        """Replaces every tensor by its sum over the processes, in one message."""
        if self.count == 1:
            return
        flat = torch.cat([tensor.flatten() for tensor in tensors]).to(self.device)
        torch.distributed.all_reduce(flat)
        for tensor, part in zip(tensors, flat.split([tensor.numel() for tensor in tensors])):
            tensor.copy_(part.reshape(tensor.shape))

    def average_statistics(self, model):
        """Batch norms have seen their own process's part of the batches; from here on all have the mean."""
        statistics = [buffer for buffer in model.buffers() if buffer.is_floating_point()]
        self.add_up(statistics)
        for buffer in statistics:
            buffer /= self.count

    def wrap(self, model):
        """Averages the gradients over the processes, during the backward pass."""
        if self.count == 1:
            return model
        devices = [self.device] if self.device.type == "cuda" else None
        return nn.parallel.DistributedDataParallel(model, device_ids=devices, broadcast_buffers=False)

    def describe(self):
        """The processor or the GPU, in words."""
        if self.device.type == "cuda":
            return torch.cuda.get_device_name(self.device)
        try:
            with open("/proc/cpuinfo", encoding="utf-8") as file:
                names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
            return names[0]
        except (OSError, IndexError):
            return platform.processor() or platform.machine() or "CPU"


class Precision:
    """32-bit floats; with --amp 16-bit ones in the forward pass where they do no harm."""

    def __init__(self, amp, device):
        # Half floats of older GPUs need their gradients scaled; bfloat16 has the range of float32.
        half = amp and device.type == "cuda" and torch.cuda.get_device_capability(device)[0] < 8
        self.autocast = partial(
            torch.autocast, device.type, dtype=torch.float16 if half else torch.bfloat16, enabled=amp
        )
        if hasattr(torch.amp, "GradScaler"):
            self.scaler = torch.amp.GradScaler(device.type, enabled=half)
        else:  # before PyTorch 2.3
            self.scaler = torch.cuda.amp.GradScaler(enabled=half)`;
