/** Training and evaluation of one model with one seed. */
export const JOB_SECTION = String.raw`class Diverged(Exception):
    """The numbers have left the range of floats."""


class StepClock:
    """Times of the training steps; on a GPU by its own clock, because the program runs ahead of it."""

    def __init__(self, device):
        self.cuda = device.type == "cuda"
        self.marks = [self.mark()]

    def mark(self):
        if not self.cuda:
            return time.perf_counter()
        event = torch.cuda.Event(enable_timing=True)
        event.record()
        return event

    def tick(self):
        self.marks.append(self.mark())

    def steps_ms(self):
        pairs = list(zip(self.marks, self.marks[1:]))
        if not self.cuda:
            return [1000 * (end - start) for start, end in pairs]
        torch.cuda.synchronize()
        return [start.elapsed_time(end) for start, end in pairs]


def train_epoch(model, optimizer, feed, recipe, epoch, epochs, processes, precision):
    """Mean loss and accuracy of the batches, before their updates; the last learning rate; times of the steps."""
    model.train()
    sums = torch.zeros(2, dtype=torch.float64, device=processes.device)
    clock = StepClock(processes.device)
    for index, (pixels, labels) in enumerate(feed.epoch(epoch)):
        rate = learning_rate_at(recipe, (epoch - 1) * feed.steps + index, feed.steps, epochs)
        for group in optimizer.param_groups:
            group["lr"] = rate
        images = normalise(pixels.to(processes.device, non_blocking=True))
        labels = labels.to(processes.device, non_blocking=True)
        with precision.autocast():
            logits = model(images)
        logits = logits.float()
        loss = F.cross_entropy(logits, labels, label_smoothing=recipe["labelSmoothing"])
        optimizer.zero_grad(set_to_none=True)
        precision.scaler.scale(loss).backward()
        precision.scaler.step(optimizer)
        precision.scaler.update()
        sums += score(logits.detach(), labels)
        clock.tick()
    processes.add_up([sums])
    loss, accuracy = (sums / (feed.steps * feed.images)).tolist()
    if not math.isfinite(loss):
        raise Diverged(f"The training loss of epoch {epoch} is not a number")
    return loss, accuracy, rate, clock.steps_ms()


def score(logits, labels):
    """Sum of the cross-entropies, without label smoothing, and number of images whose class has the largest logit."""
    losses = F.cross_entropy(logits, labels, reduction="none").double().sum()
    return torch.stack([losses, (logits.argmax(1) == labels).sum().double()])


@torch.no_grad()
def evaluate(model, images, chosen, processes, precision):
    """Loss, accuracy and a summary of the gates over the chosen images; every process takes some of the batches."""
    model.eval()
    sums = torch.zeros(2, dtype=torch.float64)
    with GateWatch(model) as watch:
        for positions in list(chosen.split(EVALUATION_BATCH))[processes.rank :: processes.count]:
            labels = images.labels[positions]
            with precision.autocast():
                logits = model(normalise(images.pixels[positions].to(processes.device)))
            sums += score(logits.float(), labels.to(processes.device)).cpu()
            watch.add(labels)
    processes.add_up([sums, *watch.tensors()])
    loss, accuracy = (sums / len(chosen)).tolist()
    if not math.isfinite(loss):
        raise Diverged("The validation loss is not a number")
    return loss, accuracy, watch.summary()


def train_job(arm, seed, train, test, log, options, processes):
    """Trains one arm with one seed from its last checkpoint to the end, and saves its weights."""
    plan, recipe, job = log.plan, arm["spec"]["training"], {"arm": arm["id"], "seed": seed}
    model = ResNet(with_se=arm["id"] == "b")
    initialise_by_name(model, seed)
    model.to(processes.device)
    optimizer = optimizer_of(model, recipe)
    precision = Precision(options.amp, processes.device)
    checkpoint = CheckpointFile(options.output, arm["id"], seed)
    done = checkpoint.load(model, optimizer, precision.scaler, processes.device)
    log.append("jobStarted", job=job, fromEpoch=done)

    chosen, held_out = split_images(train.labels, recipe, seed)
    validated = (train, held_out) if len(held_out) > 0 else (test, torch.arange(len(test.labels)))
    feed = BatchFeed(train, chosen, recipe, seed, processes, options.workers)
    network = processes.wrap(model)
    for epoch in range(done + 1, plan["epochs"] + 1):
        started = time.perf_counter()
        loss, accuracy, rate, steps_ms = train_epoch(
            network, optimizer, feed, recipe, epoch, plan["epochs"], processes, precision
        )
        processes.average_statistics(model)
        validation_loss, validation_accuracy, excitation = evaluate(model, *validated, processes, precision)
        metrics = {
            **job,
            "epoch": epoch,
            "trainLoss": loss,
            "trainAccuracy": accuracy,
            "validationLoss": validation_loss,
            "validationAccuracy": validation_accuracy,
            "imagesPerSecond": 1000 * feed.steps * feed.images / max(sum(steps_ms), 1e-3),
            "stepMs": statistics.median(steps_ms),
            "epochMs": 1000 * (time.perf_counter() - started),
            "learningRate": rate,
        }
        log.append("epoch", metrics={**metrics, "remainingMs": log.remaining_ms(metrics)})
        if excitation:
            log.append("excitation", job=job, epoch=epoch, summary=excitation)
        if processes.leads:
            checkpoint.save(epoch, model, optimizer, precision.scaler)
            print(
                f"{arm['label']}, seed {seed}, epoch {epoch} of {plan['epochs']}: loss {loss:.4f}, "
                f"validation loss {validation_loss:.4f}, accuracy {validation_accuracy:.2%}",
                flush=True,
            )
    if processes.leads:
        path = os.path.join(options.output, f"{arm['label'].replace(' ', '-').lower()}-seed-{seed}.safetensors")
        about = {**WEIGHTS_METADATA, "arm": arm["label"], "seed": str(seed), "epoch": str(plan["epochs"])}
        save_safetensors(path, weights_of(model), about)
    log.append("jobFinished", job=job)`;
