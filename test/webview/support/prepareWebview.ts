import type { Theme } from './themes';

export interface Preparation {
  theme: Theme;
  /** What the page is told of the processor; absent leaves what there is. */
  cores?: number;
}

/** Runs in the page before anything else: what VS Code does to a webview. The state lives in the session, so that a reload finds it. */
export function prepareWebview({ theme, cores }: Preparation): void {
  const target = window as unknown as {
    acquireVsCodeApi(): unknown;
    receiveFromPage(message: unknown): Promise<void>;
    /** There where the test asks what is kept. */
    keepState?(state: unknown): Promise<void>;
    reportViolation(directive: string): Promise<void>;
  };
  target.acquireVsCodeApi = () => ({
    postMessage: (message: unknown) => void target.receiveFromPage(message),
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') as unknown,
    setState: (state: unknown) => {
      sessionStorage.setItem('state', JSON.stringify(state));
      void target.keepState?.(state);
    },
  });
  if (cores !== undefined) Object.defineProperty(navigator, 'hardwareConcurrency', { value: cores });
  document.addEventListener('securitypolicyviolation', (event) => {
    void target.reportViolation(`${event.violatedDirective} ${event.blockedURI}`);
  });
  document.addEventListener('DOMContentLoaded', () => {
    document.body.className = theme.bodyClass;
    document.body.setAttribute('data-vscode-theme-kind', theme.kind);
  });
  new MutationObserver((_, observer) => {
    if (!document.documentElement) return;
    observer.disconnect();
    for (const [name, value] of Object.entries(theme.variables)) {
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    }
  }).observe(document, { childList: true });
}

/** Runs in the page: another theme for it. */
export function wearTheme(theme: Theme): void {
  const { style } = document.documentElement;
  for (const name of [...style].filter((entry) => entry.startsWith('--vscode-'))) style.removeProperty(name);
  for (const [name, value] of Object.entries(theme.variables)) style.setProperty(`--vscode-${name}`, value);
  document.body.className = theme.bodyClass;
  document.body.setAttribute('data-vscode-theme-kind', theme.kind);
}
