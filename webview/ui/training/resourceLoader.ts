import { PlaygroundError } from '../../../src/core/errors';
import type { DatasetName } from '../../../src/core/model/modelSpec';
import type { PanelState } from '../../../src/protocol/hostUiContract';
import type { DataSource } from '../../../src/protocol/uiWorkerContract';

type Resources = PanelState['resources'];

/** The synthetic set must be the same for every arm, seed and session. */
const SYNTHETIC_SEED = 1;

/**
 * Reads the files the host points at. The page reads them, never a worker: a worker that fetches webview resources can hang
 * (microsoft/vscode#315494). Everything handed out is a copy that may be transferred away.
 */
export class ResourceLoader {
  private readonly kept = new Map<string, Promise<Uint8Array>>();
  private workerUrl: Promise<string> | undefined;

  /** @param resources the host's latest answer; the full data set may be downloaded while the page is open */
  constructor(private readonly resources: () => Resources) {}

  /** Blob URL of the worker's source: the only kind of URL a webview may start a worker from. */
  worker(): Promise<string> {
    this.workerUrl ??= readBytes(this.resources().worker)
      .then((source) => URL.createObjectURL(new Blob([source], { type: 'text/javascript' })))
      .catch((problem: unknown) => {
        this.workerUrl = undefined;
        throw problem;
      });
    return this.workerUrl;
  }

  wasm(): Promise<Uint8Array<ArrayBuffer>> {
    return this.copyOf(this.resources().wasm);
  }

  /** Where a worker's images come from, and the buffers to transfer with it. */
  async dataSource(dataset: DatasetName): Promise<{ source: DataSource; transfer: ArrayBuffer[] }> {
    if (dataset === 'synthetic') return { source: { kind: 'synthetic', seed: SYNTHETIC_SEED }, transfer: [] };
    if (dataset === 'quick') {
      const file = await this.copyOf(this.resources().quick);
      return { source: { kind: 'quick', file }, transfer: [file.buffer] };
    }
    const { full } = this.resources();
    if (!full) {
      throw new PlaygroundError(
        'data/missing',
        'The full CIFAR-10 is not on this machine yet. Download it, or train on the quick subset.',
      );
    }
    // 180 MB: read anew for every worker instead of kept.
    const [test, ...train] = await Promise.all([full.test, ...full.train].map((uri) => readBytes(uri)));
    if (!test) throw new PlaygroundError('data/missing', 'The full CIFAR-10 has no test file.');
    return { source: { kind: 'full', train, test }, transfer: [...train, test].map((file) => file.buffer) };
  }

  private async copyOf(uri: string): Promise<Uint8Array<ArrayBuffer>> {
    let reading = this.kept.get(uri);
    if (!reading) {
      reading = readBytes(uri);
      this.kept.set(uri, reading);
      // A failed read must not be remembered, or "try again" could never work.
      reading.catch(() => this.kept.delete(uri));
    }
    return new Uint8Array(await reading);
  }
}

async function readBytes(uri: string): Promise<Uint8Array<ArrayBuffer>> {
  const name = uri.split(/[?#]/)[0]?.split('/').pop() ?? uri;
  try {
    const response = await fetch(uri);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PlaygroundError(
      'data/unreadable',
      `Could not read ${name} (${why}). Close the panel and open it again.`,
      { cause },
    );
  }
}
