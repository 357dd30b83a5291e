/** What the user of the module calls. */
export const RECORDER_SECTION = String.raw`class record:
    """Records the gates of a model's squeeze-and-excitation blocks in a with statement, and writes them at its end.

    model: a module, or one in DataParallel. It stays in the mode that it is in; model.eval() is yours to call.
    class_names: one name for each label from 0 on; without it, the labels are the names.
    path: of the file; SE Playground knows it by the ending .excitation.json.
    images_per_class: how many images of each class keep their own gates, the first ones, at most MAX_IMAGES in all.
    keep_classes: names or labels of the classes to tell apart; the others become one, "other classes".
    blocks: names in named_modules() of the blocks, where the search does not find the right ones.
    """

    def __init__(
        self,
        model,
        class_names=None,
        path="model.excitation.json",
        *,
        images_per_class=2,
        keep_classes=None,
        blocks=None,
        model_name=None,
        epoch=None,
    ):
        self.path = os.fspath(path)
        self.model = model
        self.chosen = blocks
        self.model_name = model_name
        self.epoch = epoch
        self.images_per_class = images_per_class
        self.named = class_names is not None
        self.names = [short(name) for name in class_names or []]
        self.rows = None  # label -> class of the file; None if they are the same
        if keep_classes is not None:
            if not self.named:
                raise RecordingError("keep_classes needs class_names, which says how many classes there are.")
            self._put_together(list(class_names), list(keep_classes))
        self.watch = None
        self.statistics = {}
        self.images_of = [0] * len(self.names)
        self.kept = []
        self.total = 0
        self.gates = self.batch = None  # of the batch at hand, until both are there

    def _put_together(self, names, keep):
        kept = [names.index(choice) if choice in names else choice for choice in keep]
        for choice in kept:
            if not isinstance(choice, int) or not 0 <= choice < len(names):
                raise RecordingError(f"keep_classes has {choice!r}, which is neither a class name nor a label.")
        kept = list(dict.fromkeys(kept))
        self.rows = torch.full((len(names),), len(kept), dtype=torch.long)
        self.rows[kept] = torch.arange(len(kept))
        self.names = [short(names[label]) for label in kept]
        if len(kept) < len(names):
            self.names.append("other classes")

    def __enter__(self):
        self.watch = Watch(self.model, self.chosen, self._take)
        if self.model.training:
            warnings.warn("The model is in training mode: call model.eval() before, if its gates in use are wanted.")
        return self

    def __exit__(self, kind, *failure):
        self.watch.close()
        if kind is None:
            self._write()

    def labels(self, labels, ids=None):
        """The classes of the batch, [N], before model(images) or right after it; ids: names of the images."""
        if self.batch is not None:
            raise RecordingError("labels() was called twice for one batch: call model(images) between.")
        labels = torch.as_tensor(labels).detach().cpu()
        if labels.dim() != 1 or labels.is_floating_point() or (len(labels) and int(labels.min()) < 0):
            raise RecordingError("labels() takes the class of each image, [N] whole numbers from 0.")
        if ids is not None and len(ids) != len(labels):
            raise RecordingError(f"{len(ids)} ids are not one for each of {len(labels)} labels.")
        most = int(labels.max()) if len(labels) else -1
        if self.named:
            classes = len(self.names) if self.rows is None else len(self.rows)
            if most >= classes:
                raise RecordingError(f"Label {most} has no name: class_names has {classes}.")
        elif most >= len(self.names):
            self._grow(most + 1)
        rows = labels.long() if self.rows is None else self.rows[labels.long()]
        self.batch = (rows, ids)
        self._add()

    def _grow(self, classes):
        if classes > MAX_CLASSES:
            raise RecordingError(
                f"Label {classes - 1} is beyond {MAX_CLASSES} classes. Give class_names and keep_classes."
            )
        self.names = [str(label) for label in range(classes)]
        self.images_of += [0] * (classes - len(self.images_of))
        for statistics in self.statistics.values():
            statistics.grow(classes)

    def _take(self, gates):
        if self.gates is not None:
            raise RecordingError("A batch has no labels: call recorder.labels(labels) for each model(images).")
        self.gates = gates
        self._add()

    def _add(self):
        if self.gates is None or self.batch is None:
            return
        gates, (rows, ids) = self.gates, self.batch
        self.gates = self.batch = None
        for name, values in gates.items():
            self._check(name, values, rows)
        kept = self._choose(rows, ids)
        for name, values in gates.items():
            if name not in self.statistics:
                source = self.watch.sources[name]
                self.statistics[name] = BlockStatistics(source, values.shape[1], len(self.names))
            self.statistics[name].add(values, rows, kept)
        # Asked after every batch, so that too much is known early.
        self._numbers()

    def _check(self, name, values, rows):
        source = self.watch.sources[name]
        if len(values) != len(rows):
            raise RecordingError(
                f"Block {name} has gates for {len(values)} images, and there are {len(rows)} labels: "
                "record the model itself, not a part of it, and one label for each image it sees."
            )
        channels = self.statistics[name].channels if name in self.statistics else values.shape[1]
        if values.shape[1] != channels or not 1 <= channels <= MAX_CHANNELS:
            raise RecordingError(f"Block {name} has {values.shape[1]} channels, which a recording cannot hold.")
        if source.measured != "ratio" and not bool(torch.isfinite(values).all()):
            raise RecordingError(f"A gate of {name} is not a number: check the model's weights and its input.")

    def _choose(self, rows, ids):
        """Indices in the batch of the images that keep their gates."""
        kept = []
        for index, row in enumerate(rows.tolist()):
            if self.images_of[row] < self.images_per_class and len(self.kept) < MAX_IMAGES:
                name = self.total + index if ids is None else ids[index]
                self.kept.append({"id": short(name), "label": row})
                kept.append(index)
            self.images_of[row] += 1
        self.total += len(rows)
        return kept

    def _numbers(self):
        channels = sum(statistics.channels for statistics in self.statistics.values())
        return number_form(len(self.names), len(self.kept), channels)

    def _write(self):
        if self.total == 0:
            raise RecordingError(
                "Nothing was recorded: in the with statement, call recorder.labels(labels) and model(images) "
                "for each batch."
            )
        if self.gates is not None or self.batch is not None:
            raise RecordingError("The last batch has labels or a forward pass, and not the other.")
        whole = {name: block for name, block in self.statistics.items() if block.images == self.total}
        for name in self.watch.sources:
            if name not in whole:
                warnings.warn(f"{name} is left out: not every image went through it.")
        for name in self.watch.repeated & set(whole):
            warnings.warn(f"{name} is used several times in a forward pass: its first use is recorded.")
        if len(whole) > MAX_BLOCKS:
            raise RecordingError(f"{len(whole)} blocks are more than {MAX_BLOCKS}: choose some, blocks=[...].")
        if len(self.names) > MAX_CLASSES:
            raise RecordingError(
                f"{len(self.names)} classes are more than {MAX_CLASSES}: choose some, keep_classes=[...]."
            )
        root = self.watch.root
        # In network order, which is that of the first forward pass.
        numbers = self._numbers()
        content = {
            "format": FORMAT,
            "version": VERSION,
            "producer": short(f"record_excitations.py of SE Playground, PyTorch {torch.__version__}"),
            "model": short(self.model_name or type(root).__name__),
            "recordedAt": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        if self.epoch is not None:
            content["epoch"] = int(self.epoch)
        code = fingerprints(root)
        if code:
            content["code"] = code
        content.update(
            classNames=self.names,
            imagesPerClass=self.images_of,
            numbers=numbers,
            images=self.kept,
            blocks=[block.entry(name, numbers) for name, block in whole.items()],
        )
        write(self.path, content)


def record_excitations(model, loader, path="model.excitation.json", class_names=None, **options):
    """Records the gates over a loader of (images, labels), without gradients, and writes them to path.

    The model's mode and device stay as they are; images go to the device of its first parameter. The options are
    those of record.
    """
    if class_names is None:
        named = getattr(getattr(loader, "dataset", None), "classes", None)
        if isinstance(named, (list, tuple)) and all(isinstance(name, str) for name in named):
            class_names = named
    device = next((parameter.device for parameter in model.parameters()), torch.device("cpu"))
    with torch.no_grad(), record(model, class_names, path, **options) as recorder:
        for images, labels in loader:
            recorder.labels(labels)
            model(images.to(device))`;
