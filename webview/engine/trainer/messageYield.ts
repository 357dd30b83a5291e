/**
 * Lets the worker's event loop run, so that control messages get through between two steps. A MessageChannel is not throttled in a hidden
 * panel, where requestAnimationFrame (`tf.nextFrame`) stands still and timers are slowed down.
 */
export class MessageYield {
  private readonly channel = new MessageChannel();
  private resume: (() => void) | undefined;

  constructor() {
    this.channel.port1.onmessage = () => this.resume?.();
  }

  /** Settles after the messages that are waiting now. One caller at a time. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.resume = resolve;
      this.channel.port2.postMessage(null);
    });
  }

  close(): void {
    this.channel.port1.close();
    this.channel.port2.close();
  }
}
