import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  CIFAR10,
  CIFAR10_FILES,
  batchBytes,
  type BatchSet,
  type Cifar10File,
} from '../../core/data/cifarHashes';
import { writeFileAtomically } from '../runs/atomicFile';

/** `missing` and `wrong` name the files; `absent` means that none is there; `verifying` that they are being hashed. */
export type FolderState =
  { kind: 'verified' | 'absent' | 'verifying' } | { kind: 'missing' | 'wrong'; files: Cifar10File[] };

interface Check {
  description: string;
  state: FolderState;
  settled: Promise<FolderState>;
}

/**
 * Knows which folders hold the six official files. A folder is hashed once; after that sizes and times of its files, kept as a
 * stamp in a folder of ours, are enough. The folders themselves may be read-only.
 */
export class VerifiedFolders {
  private readonly checks = new Map<string, Check>();

  /** @param onSettled called when a hashing that `peek` had to leave unfinished has ended */
  constructor(
    private readonly stampFolder: string,
    private readonly onSettled: () => void = () => undefined,
    private readonly set: BatchSet = CIFAR10,
  ) {}

  /** The state without waiting for hashes. Never rejects: what cannot be read counts as missing. */
  async peek(folder: string): Promise<FolderState> {
    return (await this.begin(folder)).state;
  }

  /** The state once all hashes are known. Never rejects. */
  async check(folder: string): Promise<FolderState> {
    return (await this.begin(folder)).settled;
  }

  /** Notes that the folder's files were just verified by the one who wrote them. */
  async remember(folder: string): Promise<void> {
    const { description, missing } = await this.describe(folder);
    if (missing.length > 0) return;
    this.checks.set(folder, settledCheck(description, { kind: 'verified' }));
    await this.writeStamp(folder, description);
  }

  private async begin(folder: string): Promise<Check> {
    const { description, missing, wrongSize } = await this.describe(folder);
    if (missing.length === CIFAR10_FILES.length) return settledCheck(description, { kind: 'absent' });
    if (missing.length > 0) return settledCheck(description, { kind: 'missing', files: missing });
    if (wrongSize.length > 0) return settledCheck(description, { kind: 'wrong', files: wrongSize });
    const stamp = await readFile(this.stampPath(folder), 'utf8').catch(() => null);
    if (stamp === description) return settledCheck(description, { kind: 'verified' });
    const known = this.checks.get(folder);
    if (known?.description === description) return known;
    const settled = this.hashAll(folder, description);
    const check: Check = { description, state: { kind: 'verifying' }, settled };
    this.checks.set(folder, check);
    void settled.then((state) => {
      check.state = state;
      this.onSettled();
    });
    return check;
  }

  private async hashAll(folder: string, description: string): Promise<FolderState> {
    const wrong: Cifar10File[] = [];
    for (const file of CIFAR10_FILES) {
      if ((await sha256Of(join(folder, file))) !== this.set.sha256[file]) wrong.push(file);
    }
    if (wrong.length > 0) return { kind: 'wrong', files: wrong };
    await this.writeStamp(folder, description);
    return { kind: 'verified' };
  }

  private async describe(folder: string) {
    const lines: string[] = [folder];
    const missing: Cifar10File[] = [];
    const wrongSize: Cifar10File[] = [];
    for (const file of CIFAR10_FILES) {
      const info = await stat(join(folder, file)).catch(() => null);
      if (!info?.isFile()) missing.push(file);
      else if (info.size !== batchBytes(this.set)) wrongSize.push(file);
      else lines.push(`${file} ${this.set.sha256[file]} ${info.size} ${info.mtimeMs}`);
    }
    return { description: lines.join('\n'), missing, wrongSize };
  }

  private stampPath(folder: string): string {
    const key = createHash('sha256').update(folder).digest('hex').slice(0, 16);
    return join(this.stampFolder, `verified-${key}.txt`);
  }

  /** Without a stamp the next window hashes again; nothing else is lost. */
  private async writeStamp(folder: string, description: string): Promise<void> {
    try {
      await mkdir(this.stampFolder, { recursive: true });
      await writeFileAtomically(this.stampPath(folder), description);
    } catch {
      return;
    }
  }
}

function settledCheck(description: string, state: FolderState): Check {
  return { description, state, settled: Promise.resolve(state) };
}

/** Null when the file cannot be read. */
async function sha256Of(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  } catch {
    return null;
  }
  return hash.digest('hex');
}
