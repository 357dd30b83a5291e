/** What the page posts to both workers of a line. */
export interface LineMessage {
  /** Rank of the worker at the other end. */
  rank: number;
  port: MessagePort;
}

/** Gathers the lines to the other workers of a group, which the page posts in any order and at any time. */
export class PortCollector {
  private arrived: LineMessage[] = [];
  private check: () => void = () => undefined;

  constructor() {
    addEventListener('message', ({ data }: MessageEvent<Partial<LineMessage> | undefined>) => {
      if (data?.port === undefined || data.rank === undefined) return;
      this.arrived.push({ rank: data.rank, port: data.port });
      this.check();
    });
  }

  /** Settles when `count` lines have come; in the order of the ranks. One caller at a time. */
  take(count: number): Promise<MessagePort[]> {
    return new Promise((resolve) => {
      this.check = () => {
        if (this.arrived.length < count) return;
        this.check = () => undefined;
        const lines = this.arrived.sort((one, other) => one.rank - other.rank);
        this.arrived = [];
        resolve(lines.map(({ port }) => port));
      };
      this.check();
    });
  }
}
