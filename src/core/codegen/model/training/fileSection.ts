/** Files that are whole or not there: checkpoints, and weights with the keys of core/weights/pytorchLayout.ts. */
export const FILE_SECTION = String.raw`@contextlib.contextmanager
def written_atomically(path):
    """A file to write; it takes the place of the old one when it is whole and on the disk."""
    temporary = f"{path}.partial"
    with open(temporary, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def save_safetensors(path, tensors, metadata):
    """Writes 32-bit floats by name: the length of the header, the header (JSON), the values, all little-endian."""
    header, end = {"__metadata__": metadata}, 0
    for name, tensor in tensors.items():
        begin, end = end, end + 4 * tensor.numel()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with written_atomically(path) as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for tensor in tensors.values():
            file.write(tensor.detach().cpu().contiguous().numpy().astype("<f4").tobytes())


def weights_of(model):
    """The state_dict without the counters of batch norms, which nothing reads."""
    return {name: value for name, value in model.state_dict().items() if value.is_floating_point()}


class CheckpointFile:
    """What a job needs to go on after an epoch. Nothing random is in it: that follows from seed and epoch."""

    def __init__(self, output, arm, seed):
        self.path = os.path.join(output, f"{arm}-{seed}.pt")

    def save(self, epoch, model, optimizer, scaler):
        # Tensors, whole numbers and text: PyTorch 1.13 reads nothing else without running what a file says.
        state = {
            "epoch": epoch,
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict()["state"],
            "scaler": json.dumps(scaler.state_dict()),
        }
        with written_atomically(self.path) as file:
            torch.save(state, file)

    def load(self, model, optimizer, scaler, device):
        """Returns the epochs done; 0 without a checkpoint."""
        if not os.path.exists(self.path):
            return 0
        state = torch.load(self.path, map_location=device, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict({**optimizer.state_dict(), "state": state["optimizer"]})
        scaler.load_state_dict(json.loads(state["scaler"]))
        return state["epoch"]`;
