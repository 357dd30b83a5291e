import { isSoftwareRenderer } from './gpuProbe';

/** What WebGPU has to offer in this place. */
export interface WebGpuProbe {
  /** The GPU as the browser names it, e.g. "nvidia ampere"; absent without an adapter. */
  adapter?: string;
  /** True when the adapter is a CPU in disguise. */
  software: boolean;
}

/** What is read of an adapter. Browsers say whether it is software in one of two places, older ones nothing about it. */
interface Adapter {
  isFallbackAdapter?: boolean;
  info?: {
    isFallbackAdapter?: boolean;
    vendor: string;
    architecture: string;
    device: string;
    description: string;
  };
}

export interface WebGpu {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<Adapter | null>;
}

/** Asks for the adapter that tfjs would take. Works in a page and in a worker. */
export async function probeWebGpu(
  webGpu = (globalThis.navigator as { gpu?: WebGpu } | undefined)?.gpu,
): Promise<WebGpuProbe> {
  const adapter = await webGpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) return { software: false };
  const { vendor, architecture, device, description } = adapter.info ?? {};
  const name = description || [vendor, architecture, device].filter(Boolean).join(' ') || 'unnamed GPU';
  const isFallback = adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false;
  return { adapter: name, software: isFallback || isSoftwareRenderer(`${name} ${architecture ?? ''}`) };
}
