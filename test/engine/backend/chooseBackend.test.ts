import { describe, expect, it } from 'vitest';
import { PlaygroundError } from '../../../src/core/errors';
import { afterWrongGradients, chooseBackend } from '../../../webview/engine/backend/chooseBackend';
import { isSoftwareRenderer, probeGpu } from '../../../webview/engine/backend/gpuProbe';

const gpu = { renderer: 'ANGLE (NVIDIA, NVIDIA GeForce RTX 3060)', software: false, float32: true };
const softwareGl = {
  renderer:
    'ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver-5.0.0)',
  software: true,
  float32: true,
};
const halfFloat = { renderer: 'Mali-400', software: false, float32: false };
const none = { software: false, float32: false };

describe('chooseBackend', () => {
  it('takes WebGL only where a GPU computes in 32 bits', () => {
    expect(chooseBackend('auto', gpu)).toMatchObject({
      backend: 'webgl',
      device: 'NVIDIA GeForce RTX 3060',
    });
    expect(chooseBackend('auto', softwareGl)).toMatchObject({ backend: 'wasm' });
    expect(chooseBackend('auto', halfFloat)).toMatchObject({ backend: 'wasm' });
    expect(chooseBackend('auto', none)).toMatchObject({ backend: 'wasm' });
  });

  it('names the renderer it turned down', () => {
    expect(chooseBackend('auto', softwareGl).reason).toBe(
      'WebGL here is SwiftShader, a software renderer; WebAssembly is much faster.',
    );
    expect(chooseBackend('auto', halfFloat).reason).toContain('(Mali-400)');
  });

  it('does as the user says, and warns', () => {
    expect(chooseBackend('wasm', gpu)).toMatchObject({ backend: 'wasm' });
    expect(chooseBackend('webgl', gpu)).toMatchObject({ backend: 'webgl' });
    expect(chooseBackend('webgl', softwareGl)).toMatchObject({ backend: 'webgl' });
    expect(chooseBackend('webgl', softwareGl).reason).toContain('very slow');
  });

  it('turns to the CPU where a GPU computes wrong gradients, unless the user insists', () => {
    const wrong = new PlaygroundError('engine/wrong-gradients', 'WebGL computes wrong gradients here.');
    expect(afterWrongGradients('auto', chooseBackend('auto', gpu), wrong)).toEqual({
      backend: 'wasm',
      device: 'CPU (WebAssembly SIMD)',
      reason:
        'The GPU (NVIDIA GeForce RTX 3060) computes wrong gradients, so training runs on the processor.',
    });
    expect(() => afterWrongGradients('webgl', chooseBackend('webgl', gpu), wrong)).toThrow(wrong);
  });

  it('refuses a GPU of 16 bits, and says what to do', () => {
    for (const software of [false, true]) {
      expect(() => chooseBackend('webgl', { ...halfFloat, software })).toThrow(
        expect.objectContaining({
          code: 'engine/half-floats',
          message: expect.stringMatching(/Mali-400.*16-bit.*Choose "auto" or "wasm"/) as string,
        }),
      );
    }
  });

  it('cannot use WebGL where there is none', () => {
    expect(() => chooseBackend('webgl', none)).toThrow(expect.objectContaining({ code: 'engine/no-webgl' }));
  });
});

describe('isSoftwareRenderer', () => {
  it.each([
    'ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)',
    'llvmpipe (LLVM 15.0.7, 256 bits)',
    'ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11 vs_5_0 ps_5_0, D3D11)',
    'Apple Software Renderer',
  ])('is the CPU: %s', (renderer) => {
    expect(isSoftwareRenderer(renderer)).toBe(true);
  });

  it.each([
    'ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0, D3D11)',
    'ANGLE (Apple, ANGLE Metal Renderer: Apple M2, Unspecified Version)',
    'Mesa Intel(R) UHD Graphics 620 (KBL GT2)',
    'AMD Radeon RX 6600 (radeonsi, navi23, LLVM 15.0.7)',
  ])('is a GPU: %s', (renderer) => {
    expect(isSoftwareRenderer(renderer)).toBe(false);
  });
});

describe('probeGpu', () => {
  it('finds nothing in Node', () => {
    expect(probeGpu()).toEqual({ software: false, float32: false });
  });
});
