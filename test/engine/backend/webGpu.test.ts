import { describe, expect, it } from 'vitest';
import { chooseWebGpu } from '../../../webview/engine/backend/startWebGpu';
import { probeWebGpu } from '../../../webview/engine/backend/webGpuProbe';

const NAMES = { vendor: 'nvidia', architecture: 'ampere', device: '', description: '' };
const offering = (adapter: object | null) => ({ requestAdapter: () => Promise.resolve(adapter) });

describe('probeWebGpu', () => {
  it('finds nothing where the browser has no WebGPU, or no adapter for it', async () => {
    expect(await probeWebGpu()).toEqual({ software: false });
    expect(await probeWebGpu(offering(null))).toEqual({ software: false });
  });

  it.each([
    { info: NAMES, adapter: 'nvidia ampere', software: false },
    { info: { ...NAMES, description: 'NVIDIA A10' }, adapter: 'NVIDIA A10', software: false },
    { info: { ...NAMES, isFallbackAdapter: true }, adapter: 'nvidia ampere', software: true },
    {
      info: { ...NAMES, vendor: 'google', architecture: 'swiftshader' },
      adapter: 'google swiftshader',
      software: true,
    },
    {
      info: { ...NAMES, architecture: 'swiftshader', description: 'Vulkan' },
      adapter: 'Vulkan',
      software: true,
    },
  ])('finds $adapter, software: $software', async ({ info, adapter, software }) => {
    expect(await probeWebGpu(offering({ info }))).toEqual({ adapter, software });
  });

  it('understands older browsers', async () => {
    expect(await probeWebGpu(offering({}))).toEqual({ adapter: 'unnamed GPU', software: false });
    expect(await probeWebGpu(offering({ isFallbackAdapter: true }))).toMatchObject({ software: true });
  });
});

describe('chooseWebGpu', () => {
  it('takes a GPU', () => {
    expect(chooseWebGpu({ adapter: 'nvidia ampere', software: false })).toMatchObject({
      backend: 'webgpu',
      device: 'nvidia ampere',
    });
  });

  it.each([
    { software: false, message: /there is none here. Choose "auto"/ },
    { adapter: 'google swiftshader', software: true, message: /CPU computes it \(google swiftshader\)/ },
  ])('refuses $adapter with the reason', ({ message, ...probe }) => {
    expect(() => chooseWebGpu(probe)).toThrow(
      expect.objectContaining({
        code: 'engine/no-webgpu',
        message: expect.stringMatching(message) as string,
      }),
    );
  });
});
