/**
 * The name a person knows a renderer by: drivers wrap it in API, version and device numbers, and ANGLE, Chromium's WebGL, wraps that again:
 * `ANGLE (vendor, device, driver)`, where the device is `NAME Direct3D11 vs_5_0 …`, `Vulkan 1.3.0 (NAME (0x…))` or `ANGLE Metal Renderer: NAME`.
 */
export function rendererName(renderer: string): string {
  const angle = /^ANGLE \((.*)\)$/.exec(renderer)?.[1];
  const device = (angle === undefined ? renderer : (topLevelParts(angle)[1] ?? angle))
    .replace(/^Vulkan [\d.]+ \((.*)\)$/, '$1')
    .replace(/^ANGLE Metal Renderer: /, '')
    .replace(/ (Direct3D|OpenGL).*$/, '');
  const name = withoutParentheses(device)
    .replace(/ Device$/, '')
    // Vulkan puts the vendor before a name that begins with it.
    .replace(/^(\S+) \1 /, '$1 ')
    .trim();
  return name === '' ? renderer : name;
}

/** Splits at the commas that are in no parentheses. */
function topLevelParts(list: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of list) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
}

function withoutParentheses(text: string): string {
  const shorter = text.replace(/\s*\([^()]*\)/g, '');
  return shorter === text ? text : withoutParentheses(shorter);
}
