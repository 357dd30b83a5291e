/** CIFAR-10 from a folder, and the synthetic set (core/data/synthetic.ts: the same rule, other random numbers). */
export const DATASET_SECTION = String.raw`class Images(NamedTuple):
    pixels: torch.Tensor  # [n, 3, 32, 32] uint8
    labels: torch.Tensor  # [n] int64


def load_dataset(name, folder):
    """Training and test images. "quick" is what SE Playground ships: the first images of each class of CIFAR-10."""
    if name == "synthetic":
        sizes = IMAGES["synthetic"]
        return synthetic_images("train", sizes["train"]), synthetic_images("test", sizes["test"])
    train, test = read_cifar10(folder)
    if name == "quick":
        sizes = IMAGES["quick"]
        return first_of_each_class(train, sizes["train"] // 10), first_of_each_class(test, sizes["test"] // 10)
    return train, test


def read_cifar10(folder):
    """The binary or the python version of https://www.cs.toronto.edu/~kriz/cifar.html, unpacked in the folder."""
    batches = [1, 2, 3, 4, 5]
    for inner in ("cifar-10-batches-bin", "cifar-10-batches-py", ""):
        place = os.path.join(folder or ".", inner)
        if os.path.isfile(os.path.join(place, "test_batch.bin")):
            read, ending = read_binary_batch, ".bin"
        elif os.path.isfile(os.path.join(place, "test_batch")):
            read, ending = read_pickled_batch, ""
        else:
            continue
        parts = [read(os.path.join(place, f"data_batch_{number}{ending}")) for number in batches]
        train = Images(torch.cat([part.pixels for part in parts]), torch.cat([part.labels for part in parts]))
        return train, read(os.path.join(place, f"test_batch{ending}"))
    raise SystemExit(
        f"There is no CIFAR-10 in {folder or 'this folder'}. Unpack cifar-10-binary.tar.gz or cifar-10-python.tar.gz, "
        "and name the folder with --data. To try the script without data, add --dataset synthetic."
    )


def read_binary_batch(path):
    """Records of a label byte, then 1024 red, 1024 green and 1024 blue bytes."""
    with open(path, "rb") as file:
        content = bytearray(file.read())
    if not content or len(content) % 3073 != 0:
        raise SystemExit(f"{path} is no batch of CIFAR-10: {len(content)} bytes are no whole number of images.")
    records = torch.frombuffer(content, dtype=torch.uint8).reshape(-1, 3073)
    return checked(path, records[:, 1:], records[:, 0])


class BatchUnpickler(pickle.Unpickler):
    """Unpickles arrays and plain values only. A pickle can call anything it can name, and batches need these names."""

    ALLOWED = {("_codecs", "encode"), ("numpy", "ndarray"), ("numpy", "dtype")}

    def find_class(self, module, name):
        if module in ("numpy.core.multiarray", "numpy._core.multiarray") and name == "_reconstruct":
            # numpy 2 renamed numpy.core; ask numpy itself where the function lives.
            return numpy.zeros(0).__reduce__()[0]
        if (module, name) in self.ALLOWED:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"it asks for {module}.{name}")


def read_pickled_batch(path):
    try:
        with open(path, "rb") as file:
            batch = BatchUnpickler(file, encoding="bytes").load()
        pixels, labels = batch[b"data"], batch[b"labels"]
        if not isinstance(pixels, numpy.ndarray) or pixels.dtype != numpy.uint8 or pixels.shape != (len(labels), 3072):
            raise ValueError("its array has another shape")
        return checked(path, torch.from_numpy(pixels.copy()), torch.tensor(labels))
    except (pickle.UnpicklingError, ValueError, TypeError, KeyError, EOFError) as problem:
        raise SystemExit(f"{path} is no batch of CIFAR-10: {problem}.")


def checked(path, pixels, labels):
    labels = labels.long()
    if labels.min() < 0 or labels.max() > 9:
        raise SystemExit(f"{path} is no batch of CIFAR-10: it has labels that are not 0 to 9.")
    return Images(pixels.reshape(-1, 3, 32, 32), labels)


def first_of_each_class(images, count):
    """A balanced subset, in the order of the files."""
    chosen = torch.cat([(images.labels == label).nonzero().flatten()[:count] for label in range(10)]).sort().values
    return Images(images.pixels[chosen], images.labels[chosen])


def synthetic_images(split, count):
    """Noise, with stripes across in one colour and down in one colour; which colours they are is the class.

    Class 9 is noise alone. SE can solve it, for it weighs channels by what is in them; a grey image says nothing.
    """
    random = generator_of("synthetic", split)
    labels = torch.arange(count) % 10

    def stripes():
        half = torch.randint(4, 9, (count, 1), generator=random) / 2
        phase = torch.randint(0, 8, (count, 1), generator=random)
        bright = ((torch.arange(32) + phase) / half).floor() % 2 == 0
        return torch.where(bright, 44.0, -44.0)

    across, down = stripes(), stripes()
    pixels = 128 + 40 * (2 * torch.rand(count, 3, 32, 32, generator=random) - 1)
    for image in range(count):
        label = labels[image].item()
        if label < 9:
            pixels[image, label // 3] += across[image][:, None]
            pixels[image, label % 3] += down[image][None, :]
    return Images(pixels.floor().to(torch.uint8), labels)`;
