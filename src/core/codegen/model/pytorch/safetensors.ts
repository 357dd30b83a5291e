/** Reading weights that SE Playground saved. The format: 8 bytes of header length, JSON, then the tensors' bytes, all little-endian. */
export const LOAD_SAFETENSORS = `def load_safetensors(path):
    """Tensors by name from a .safetensors file of 32-bit floats; ValueError if it is not one."""
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        header_length = int.from_bytes(file.read(8), "little")
        # The file says how long its header is; believe it only as far as the file goes.
        if not 2 <= header_length <= min(size - 8, 100_000_000):
            raise ValueError(f"{path} is not a safetensors file")
        header = json.loads(file.read(header_length))
        data = bytearray(file.read())
    tensors = {}
    for name, info in header.items():
        if name == "__metadata__":
            continue
        shape, (start, end) = info["shape"], info["data_offsets"]
        count = math.prod(shape)
        if info["dtype"] != "F32" or not 0 <= start < end <= len(data) or end - start != 4 * count:
            raise ValueError(f"{path}: {name} is damaged, or not of 32-bit floats")
        tensors[name] = torch.frombuffer(data, dtype=torch.float32, count=count, offset=start).reshape(shape)
    return tensors`;

export const LOAD_WEIGHTS = `def load_weights(model, path):
    """Puts the weights of a .safetensors file into the model; every name and shape must fit."""
    # Batch norms' num_batches_tracked is not in the file, and PyTorch lets that pass: nothing here reads it.
    model.load_state_dict(load_safetensors(path))`;
