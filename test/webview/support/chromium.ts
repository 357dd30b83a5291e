import { chromium, type Browser } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-swiftshader',
  '--use-angle=swiftshader',
  // WebGL stays as it is; the page itself is painted without the emulated GPU.
  '--disable-gpu-compositing',
  '--disable-gpu-rasterization',
];

/** The browser of SE_PLAYGROUND_CHROMIUM, or the system's. */
export function launchChromium(moreFlags: readonly string[] = []): Promise<Browser> {
  const executablePath = process.env['SE_PLAYGROUND_CHROMIUM'] ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: [...FLAGS, ...moreFlags] });
}
