/**
 * The run log in the extension's own format: core/training/{runPlan,runEvents,reduceRun}.ts. A run's folder can be opened there.
 */
export const RUN_LOG_SECTION = String.raw`class RunLog:
    """The run's events, one JSON object a line, in the format of SE Playground; only ever appended to.

    Without a path (in processes that do not lead) it keeps the state and writes nothing.
    """

    def __init__(self, plan, path=None):
        self.plan, self.path, self.sequence = plan, path, 0
        self.status = "idle"
        self.series = {(arm["id"], seed): [] for seed in plan["seeds"] for arm in plan["arms"]}
        self.finished = set()

    @staticmethod
    def stored_events(path):
        """Every whole line; what a crash tore off at the end is cut away."""
        with open(path, "rb+") as file:
            content = file.read()
            whole = content[: content.rfind(b"\n") + 1]
            file.truncate(len(whole))
        try:
            return [json.loads(line) for line in whole.splitlines()]
        except ValueError as problem:
            raise SystemExit(f"{path} is damaged ({problem}). Name another --output.")

    def append(self, kind, **body):
        """Takes an event in, and puts it on the disk."""
        event = {"kind": kind, **body, "runId": self.plan["runId"]}
        event["seq"], event["atMs"] = self.sequence + 1, now_ms()
        self.take(event)
        if self.path is None:
            return
        # NaN is no JSON: better to stop than to write a log that nothing can read.
        line = json.dumps(event, allow_nan=False, separators=(",", ":")) + "\n"
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def take(self, event):
        """Moves the state on, as the reducer of the extension would."""
        kind = event["kind"]
        self.sequence = event["seq"]
        if kind == "status":
            self.status = event["status"]
        elif kind == "epoch":
            metrics = event["metrics"]
            self.series[metrics["arm"], metrics["seed"]].append(metrics)
        elif kind == "jobStarted":
            del self.series[job_key(event)][event["fromEpoch"] :]
        elif kind == "jobFinished":
            self.finished.add(job_key(event))

    def remaining_ms(self, latest):
        """Time until the last job ends: by the pace of each job's last epochs, else its arm's, else any."""
        series_by_job = {key: list(series) for key, series in self.series.items()}
        series_by_job[latest["arm"], latest["seed"]].append(latest)
        paces = {
            key: statistics.mean(metrics["epochMs"] for metrics in series[-3:])
            for key, series in series_by_job.items()
            if series
        }
        left = 0
        for key, series in series_by_job.items():
            same_arm = [pace for (arm, _), pace in paces.items() if arm == key[0]]
            pace = paces[key] if key in paces else statistics.mean(same_arm or paces.values())
            left += (self.plan["epochs"] - len(series)) * pace
        return left


def job_key(event):
    return event["job"]["arm"], event["job"]["seed"]


def now_ms():
    return round(time.time() * 1000)


def plan_run(options):
    """The plan in the extension's form: arm "a" is the control without SE, arm "b" has it."""
    training = {**DEFINITION["training"], "dataset": options.dataset, "epochs": options.epochs, "seeds": options.seeds}
    if "subset" in training:
        training["subset"] = min(training["subset"], IMAGES[options.dataset]["train"])
    definition = {**DEFINITION, "training": training}
    arms = [
        {"id": "a", "label": "without SE", "spec": {**definition, "se": "none"}},
        {"id": "b", "label": "with SE", "spec": definition},
    ]
    wanted = {"plain": "a", "se": "b", "both": "ab"}[options.arm]
    return {
        "runId": f"pytorch-{time.strftime('%Y%m%d-%H%M%S')}-{os.urandom(3).hex()}",
        "name": DEFINITION["name"],
        "createdAtMs": now_ms(),
        "arms": [arm for arm in arms if arm["id"] in wanted],
        "seeds": options.seeds,
        "epochs": options.epochs,
        "dataset": options.dataset,
        "backend": "auto",
    }


def open_log(plan, output, resume):
    """A new log in the output folder, or the one that is there, brought up to now."""
    path = os.path.join(output, "events.jsonl")
    if not os.path.exists(path):
        log = RunLog(plan, path)
        log.append("planned", plan=plan)
        return log
    if not resume:
        raise SystemExit(f"{output} holds a run already. Add --resume to go on with it, or name another --output.")
    events = RunLog.stored_events(path)
    stored = events[0]["plan"] if events and events[0]["kind"] == "planned" else None
    for setting in ("arms", "seeds", "epochs", "dataset"):
        if stored is None or stored[setting] != plan[setting]:
            raise SystemExit(f"The run in {output} has other {setting}; give the same options, or another --output.")
    log = RunLog(stored, path)
    for event in events:
        log.take(event)
    if log.status in ("starting", "running"):  # it had no time to say that it ended
        log.append("status", status="interrupted")
    return log`;
