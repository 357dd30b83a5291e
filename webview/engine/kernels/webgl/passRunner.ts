import { addressing, clearOutside, targetPosition, type PackedTexture } from './packedAddressing';

export interface BoundTexture extends PackedTexture {
  texture: WebGLTexture;
  height: number;
}

/** One draw over all texels of its targets. */
export interface Pass {
  /**
   * GLSL ES 3.00 with a `void draw()`. There are the functions of `addressing` for every texture, `ivec2 position()`, an `int` uniform for
   * every integer and `target0`, `target1`... to write to.
   */
  source: string;
  textures: Readonly<Record<string, BoundTexture>>;
  /** Numbers that may differ from call to call without another program. */
  integers?: Readonly<Record<string, number>>;
  floats?: Readonly<Record<string, number>>;
  /** Of one size; four at most, which every WebGL 2 has. */
  targets: readonly BoundTexture[];
}

interface Program {
  program: WebGLProgram;
  locations: ReadonlyMap<string, WebGLUniformLocation | null>;
}

/** One triangle that covers the target. */
const VERTEX_SHADER = `#version 300 es
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3. : -1., gl_VertexID == 2 ? 3. : -1., 0., 1.);
}`;

const runners = new WeakMap<WebGL2RenderingContext, PassRunner>();

/**
 * Draws with several targets at once, which tfjs's runWebGLProgram cannot: a fragment that computes sixteen values of a convolution reads a
 * third of the texels that four fragments of four values would. tfjs sets all it needs of the context's state before each of its own draws.
 */
export class PassRunner {
  private readonly programs = new Map<string, Program>();
  private readonly framebuffer: WebGLFramebuffer;
  private readonly vertexArray: WebGLVertexArrayObject;

  private constructor(private readonly gl: WebGL2RenderingContext) {
    this.framebuffer = gl.createFramebuffer();
    this.vertexArray = gl.createVertexArray();
  }

  static of(gl: WebGL2RenderingContext): PassRunner {
    const runner = runners.get(gl) ?? new PassRunner(gl);
    runners.set(gl, runner);
    return runner;
  }

  run(pass: Pass): void {
    const { gl } = this;
    const { program, locations } = this.programFor(pass);
    gl.useProgram(program);
    gl.bindVertexArray(this.vertexArray);
    Object.values(pass.textures).forEach(({ texture }, unit) => {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
    });
    for (const [name, value] of Object.entries(pass.integers ?? {})) {
      gl.uniform1i(locations.get(name) ?? null, value);
    }
    for (const [name, value] of Object.entries(pass.floats ?? {})) {
      gl.uniform1f(locations.get(name) ?? null, value);
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.framebuffer);
    const attach = (index: number, texture: WebGLTexture | null) =>
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + index, gl.TEXTURE_2D, texture, 0);
    pass.targets.forEach(({ texture }, index) => attach(index, texture));
    gl.drawBuffers(pass.targets.map((_, index) => gl.COLOR_ATTACHMENT0 + index));
    const { width, height } = pass.targets[0]!;
    gl.viewport(0, 0, width, height);
    gl.scissor(0, 0, width, height);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    // Let go: the next pass may have fewer targets, of another size, and these may be read or deleted.
    pass.targets.forEach((_, index) => attach(index, null));
  }

  private programFor(pass: Pass): Program {
    const source = fragmentShader(pass);
    let found = this.programs.get(source);
    if (!found) {
      found = this.compile(source, pass);
      this.programs.set(source, found);
    }
    return found;
  }

  private compile(source: string, pass: Pass): Program {
    const { gl } = this;
    const program = gl.createProgram();
    const shaders = [this.shader(gl.VERTEX_SHADER, VERTEX_SHADER), this.shader(gl.FRAGMENT_SHADER, source)];
    for (const shader of shaders) gl.attachShader(program, shader);
    gl.linkProgram(program);
    // A lost context links nothing and draws nothing; who watches the context ends the run.
    if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
      const log = [gl.getProgramInfoLog(program), ...shaders.map((shader) => gl.getShaderInfoLog(shader))];
      throw new Error(`A WebGL program of this extension does not link: ${log.join(' ')}`);
    }
    for (const shader of shaders) gl.deleteShader(shader);
    gl.useProgram(program);
    Object.keys(pass.textures).forEach((name, unit) => {
      gl.uniform1i(gl.getUniformLocation(program, `${name}_texels`), unit);
    });
    const numbers = [...Object.keys(pass.integers ?? {}), ...Object.keys(pass.floats ?? {})];
    return {
      program,
      locations: new Map(numbers.map((name) => [name, gl.getUniformLocation(program, name)])),
    };
  }

  private shader(type: number, source: string): WebGLShader {
    const { gl } = this;
    const shader = gl.createShader(type);
    if (!shader) throw new Error('The browser has taken the GPU away');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    return shader;
  }
}

function fragmentShader({ source, textures, integers, floats, targets }: Pass): string {
  return `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
${Object.keys(integers ?? {})
  .map((name) => `uniform int ${name};`)
  .join('\n')}
${Object.keys(floats ?? {})
  .map((name) => `uniform float ${name};`)
  .join('\n')}
${targets.map((_, index) => `layout(location = ${index}) out vec4 target${index};`).join('\n')}
${targetPosition(targets[0]!)}
${Object.entries(textures)
  .map(([name, texture]) => addressing(name, texture))
  .join('\n')}
${source}
void main() {
  draw();
  ivec2 at = position();
  ${targets.map((target, index) => clearOutside(`target${index}`, target)).join('\n  ')}
}`;
}
