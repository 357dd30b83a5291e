/** What WebGL2 has to offer in this place. */
export interface GpuProbe {
  /** Renderer as the driver names it, e.g. "ANGLE (NVIDIA …)"; absent without WebGL2. */
  renderer?: string;
  /** True when the renderer is a CPU in disguise. */
  software: boolean;
  /** True when shaders can write 32-bit floats; training in 16 bits loses small gradients. */
  float32: boolean;
}

/** Names under which browsers and drivers sell software rendering. */
const SOFTWARE_RENDERER = /swiftshader|llvmpipe|softpipe|software|basic render|\bwarp\b/i;

export function isSoftwareRenderer(renderer: string): boolean {
  return SOFTWARE_RENDERER.test(renderer);
}

/** Makes a throw-away WebGL2 context on an OffscreenCanvas and reads who draws. Works in a page and in a worker. */
export function probeGpu(): GpuProbe {
  const none = { software: false, float32: false };
  if (typeof OffscreenCanvas === 'undefined') return none;
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!gl) return none;
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  const float32 = gl.getExtension('EXT_color_buffer_float') !== null;
  // Browsers allow a page few contexts: give this one back at once.
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return { renderer, software: isSoftwareRenderer(renderer), float32 };
}
