/** Which images to train on, in which batches, and how they are changed: core/data/{split,batchOrder,augmentation}.ts. */
export const BATCH_SECTION = String.raw`def split_images(labels, recipe, seed):
    """Positions to train on and to hold out, both balanced over the classes."""
    place = torch.empty(len(labels), dtype=torch.int64)
    for label in range(CLASSES):
        members = (labels == label).nonzero().flatten()
        order = members[torch.randperm(len(members), generator=generator_of(seed, "split", label))]
        # One of each class in turn, so that every stretch is balanced.
        place[order] = torch.arange(len(members)) * CLASSES + label
    order = place.argsort()
    available = min(recipe.get("subset", len(labels)), len(labels))
    held_out = math.floor(available * recipe["validationSplit"])
    return order[: available - held_out], order[available - held_out : available]


def step_images(recipe, available, processes):
    """Images of one step, all processes together."""
    size = min(recipe["batch"], available)
    if size % processes.count != 0:
        raise SystemExit(
            f"A batch of {size} images cannot be split evenly over {processes.count} processes. "
            "Start as many processes as divide it, or change the batch in the definition."
        )
    return size


class TrainingBatches(torch.utils.data.Dataset):
    """Batches by the positions of their images. Crops and flips hang on seed, epoch and image alone."""

    PADDING = 4

    def __init__(self, images, chosen, seed, augment):
        self.pixels, self.labels = images.pixels[chosen], images.labels[chosen]
        self.seed, self.augment = seed, augment

    def __len__(self):
        return len(self.labels)

    def set_epoch(self, epoch):
        """Draws the epoch's crops and flips (He et al. 2015, section 4.2)."""
        random = generator_of(self.seed, "augmentation", epoch)
        self.shifts = torch.randint(0, 2 * self.PADDING + 1, (len(self), 2), generator=random)
        self.flips = torch.rand(len(self), generator=random) < 0.5

    def __getitem__(self, positions):
        positions = torch.as_tensor(positions)
        pixels, labels = self.pixels[positions], self.labels[positions]
        if not self.augment:
            return pixels, labels
        count, _, height, width = pixels.shape
        padded = F.pad(pixels, [self.PADDING] * 4)  # black
        columns = torch.arange(width).expand(count, width)
        columns = torch.where(self.flips[positions, None], width - 1 - columns, columns)
        rows = torch.arange(height) + self.shifts[positions, :1]
        columns = columns + self.shifts[positions, 1:]
        cropped = padded[torch.arange(count)[:, None, None], :, rows[:, :, None], columns[:, None, :]]
        return cropped.permute(0, 3, 1, 2), labels


def normalise(pixels):
    """[n, 3, 32, 32] uint8 to float32: (value / 255 - mean) / deviation of CIFAR-10's training images."""
    mean = torch.tensor(CHANNEL_MEAN, device=pixels.device)[:, None, None]
    deviation = torch.tensor(CHANNEL_DEVIATION, device=pixels.device)[:, None, None]
    return (pixels.float() / 255 - mean) / deviation


class BatchFeed:
    """This process's part of the training batches: all processes together see the batches that one alone would see."""

    def __init__(self, images, chosen, recipe, seed, processes, workers):
        size = step_images(recipe, len(chosen), processes)
        self.images = size
        self.steps = len(chosen) // size
        self.batches = TrainingBatches(images, chosen, seed, recipe["augment"])
        self.sampler = torch.utils.data.DistributedSampler(
            self.batches, processes.count, processes.rank, seed=stable_seed(seed, "batch order"), drop_last=True
        )
        # An incomplete last batch is left out: statistics of a sliver are noise, and the order changes every epoch.
        self.loader = torch.utils.data.DataLoader(
            self.batches,
            batch_size=None,
            sampler=torch.utils.data.BatchSampler(self.sampler, size // processes.count, drop_last=True),
            num_workers=workers,
            pin_memory=processes.device.type == "cuda",
        )

    def epoch(self, epoch):
        self.sampler.set_epoch(epoch)
        self.batches.set_epoch(epoch)
        return self.loader`;
