import { expect, it } from 'vitest';
import { rendererName } from '../../../webview/engine/backend/rendererName';

it.each([
  [
    'ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver-5.0.0)',
    'SwiftShader',
  ],
  [
    'ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 (0x00002504) Direct3D11 vs_5_0 ps_5_0, D3D11)',
    'NVIDIA GeForce RTX 3060',
  ],
  [
    'ANGLE (NVIDIA, Vulkan 1.3.242 (NVIDIA NVIDIA GeForce RTX 3060 (0x00002504)), NVIDIA)',
    'NVIDIA GeForce RTX 3060',
  ],
  [
    'ANGLE (NVIDIA Corporation, NVIDIA GeForce GTX 1080/PCIe/SSE2, OpenGL 4.5.0)',
    'NVIDIA GeForce GTX 1080/PCIe/SSE2',
  ],
  ['ANGLE (Apple, ANGLE Metal Renderer: Apple M2, Unspecified Version)', 'Apple M2'],
  ['ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)', 'Mesa Intel UHD Graphics 620'],
  ['ANGLE (AMD, AMD Radeon RX 6600 (radeonsi, navi23, LLVM 15.0.7), OpenGL 4.6)', 'AMD Radeon RX 6600'],
  [
    'ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11 vs_5_0 ps_5_0, D3D11)',
    'Microsoft Basic Render Driver',
  ],
  ['llvmpipe (LLVM 15.0.7, 256 bits)', 'llvmpipe'],
  ['Adreno (TM) 640', 'Adreno 640'],
  ['Mali-G78', 'Mali-G78'],
  ['ANGLE (one part)', 'one part'],
  ['(nothing else)', '(nothing else)'],
])('%s', (renderer, name) => {
  expect(rendererName(renderer)).toBe(name);
});
