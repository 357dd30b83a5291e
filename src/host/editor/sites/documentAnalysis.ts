/** How long nothing must be typed before a file is analysed again; a slow analysis waits longer, so that it takes no more than a third of the time. */
const QUIET_MS = 400;
const PAUSE_OF_LAST = 2;

/** The part of a document that is needed here. */
export interface AnalysedDocument {
  readonly version: number;
}

/**
 * What there is to say about one document: analysed at most once for each version, and not while typing. Null where the file is none of ours.
 */
export class DocumentAnalysis<Report> {
  private done: { readonly version: number; readonly report: Report | null } | null = null;
  private timer: NodeJS.Timeout | null = null;
  private lastMs = 0;
  private next: {
    readonly report: Promise<Report | null>;
    resolve(report: Report | null): void;
  } | null = null;

  /**
   * @param analyse answers for the document as it is when it is called; must not throw
   * @param announce called after each new report
   */
  constructor(
    private readonly document: AnalysedDocument,
    private readonly analyse: () => Promise<Report | null>,
    private readonly announce: () => void,
  ) {}

  /** The report of the document as it is now; while it is being typed in, that of the next pause. */
  current(): Promise<Report | null> {
    if (this.done?.version === this.document.version) return Promise.resolve(this.done.report);
    return (this.next ?? this.start(0)).report;
  }

  /** What was known is out of date. */
  renew(): void {
    this.done = null;
    this.start(Math.max(QUIET_MS, PAUSE_OF_LAST * this.lastMs));
  }

  dispose(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.next?.resolve(null);
    this.next = null;
  }

  private start(waitMs: number) {
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), waitMs);
    if (!this.next) {
      let resolve: (report: Report | null) => void = () => {};
      const report = new Promise<Report | null>((settle) => (resolve = settle));
      this.next = { report, resolve };
    }
    return this.next;
  }

  private async run(): Promise<void> {
    this.timer = null;
    const { version } = this.document;
    const startedMs = performance.now();
    const report = await this.analyse();
    this.lastMs = performance.now() - startedMs;
    // Edited meanwhile: the run that is due then has the last word.
    if (this.timer || !this.next) return;
    this.done = { version, report };
    this.next.resolve(report);
    this.next = null;
    this.announce();
  }
}
