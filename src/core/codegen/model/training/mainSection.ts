/** Options, the whole run, and the table at its end. */
export const MAIN_SECTION = String.raw`def read_options():
    training = DEFINITION["training"]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("--arm", choices=("both", "se", "plain"), default="both", help="which of the pair to train")
    parser.add_argument("--seeds", type=int, nargs="+", default=training["seeds"], help="each trains the pair once")
    parser.add_argument("--epochs", type=int, default=training["epochs"])
    parser.add_argument("--dataset", choices=tuple(IMAGES), default=training["dataset"])
    parser.add_argument("--data", metavar="FOLDER", help="where CIFAR-10 is unpacked")
    parser.add_argument("--output", metavar="FOLDER", default="run", help="for log, checkpoints and weights")
    parser.add_argument("--workers", type=int, default=0, help="processes that prepare batches")
    parser.add_argument("--amp", action="store_true", help="compute with 16-bit floats where they do no harm")
    parser.add_argument("--resume", action="store_true", help="go on with the run in the output folder")
    options = parser.parse_args()
    options.seeds = list(dict.fromkeys(options.seeds))
    if not 1 <= options.epochs <= 1000:
        parser.error("--epochs takes 1 to 1000")
    if len(options.seeds) > 32 or not all(0 <= seed < 2**32 for seed in options.seeds):
        parser.error("--seeds takes at most 32 numbers from 0 to 4294967295")
    return options


def main():
    options = read_options()
    height, width, channels = (DEFINITION["input"][side] for side in ("height", "width", "channels"))
    if (height, width, channels, CLASSES) != (32, 32, 3, 10):
        raise SystemExit(
            f"This network takes images of {height} x {width} x {channels} in {CLASSES} classes; the data sets here "
            "have 32 x 32 x 3 in 10. Write load_dataset for your own images, and take this check out."
        )
    processes = Processes()
    try:
        train, test = load_dataset(options.dataset, options.data)
        plan = plan_run(options)
        recipe = plan["arms"][0]["spec"]["training"]
        step_images(recipe, len(split_images(train.labels, recipe, seed=0)[0]), processes)
        if processes.leads:
            os.makedirs(options.output, exist_ok=True)
            log = open_log(plan, options.output, options.resume)
        else:
            log = RunLog(plan)
        train_all(log, train, test, options, processes)
        if processes.leads:
            print_tables(log)
    finally:
        processes.close()


def train_all(log, train, test, options, processes):
    """Every seed, and for it every arm that has not finished."""
    # Only the process that leads knows what the log says.
    pending = torch.tensor([
        float(log.status != "completed" and key not in log.finished and processes.leads) for key in log.series
    ])
    processes.add_up([pending])
    if log.status == "completed":
        return
    log.append("status", status="starting")
    processes_text = "1 process" if processes.count == 1 else f"{processes.count} processes"
    reason = f"Trained outside the editor: PyTorch {torch.__version__}, {processes_text}."
    # One worker: the jobs follow each other, each has all processes.
    report = {"backend": "pytorch", "device": processes.describe(), "reason": reason, "workers": 1}
    log.append("backend", report=report)
    log.append("status", status="running")
    try:
        for (arm_id, seed), wanted in zip(list(log.series), pending.tolist()):
            if wanted:
                arm = next(arm for arm in log.plan["arms"] if arm["id"] == arm_id)
                train_job(arm, seed, train, test, log, options, processes)
        log.append("status", status="completed")
    except KeyboardInterrupt:
        log.append("status", status="interrupted")
        raise SystemExit("Interrupted. Add --resume to go on from the last checkpoint.")
    except Diverged as problem:
        message = f"{problem}: the training has diverged. Lower the learning rate or add warm-up epochs."
        log.append("status", status="failed", failure={"code": "engine/non-finite", "message": message})
        raise SystemExit(message)
    except Exception as problem:
        failure = {"code": "engine/pytorch", "message": f"{type(problem).__name__}: {problem}"[:10_000]}
        log.append("status", status="failed", failure=failure)
        raise


def print_tables(log):
    """Every epoch of every seed, the arms beside each other; then what SE made of it."""
    arms = log.plan["arms"]
    for seed in log.plan["seeds"]:
        print(f"\nSeed {seed}: loss, validation loss, validation accuracy")
        print("epoch  " + "  ".join(f"{arm['label']:^26}" for arm in arms))
        for epoch in range(log.plan["epochs"]):
            cells = []
            for arm in arms:
                metrics = log.series[arm["id"], seed][epoch]
                numbers = metrics["trainLoss"], metrics["validationLoss"], metrics["validationAccuracy"]
                cells.append("{:8.4f} {:8.4f} {:8.2%}".format(*numbers))
            print(f"{epoch + 1:5}  " + "  ".join(cells))
    if len(arms) == 2:
        gains = [
            100 * (log.series["b", seed][-1]["validationAccuracy"] - log.series["a", seed][-1]["validationAccuracy"])
            for seed in log.plan["seeds"]
        ]
        print("\nSE changed the accuracy by " + ", ".join(f"{gain:+.2f}" for gain in gains) + " points.")
        if len(gains) < 3:
            print("Fewer than three seeds say little: runs differ by as much without any change.")


if __name__ == "__main__":
    main()`;
