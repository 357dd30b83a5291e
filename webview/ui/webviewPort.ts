import type { Port } from '../../src/protocol/port';

/** What VS Code gives a page. The state outlives reloads of the window. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** VS Code defines it in every webview; it may be called once. */
declare function acquireVsCodeApi(): VsCodeApi;

export interface WebviewHost {
  port: Port;
  getState(): unknown;
  setState(state: unknown): void;
}

/** The extension host as a page sees it; to be asked for once. */
export function webviewHost(): WebviewHost {
  const api = acquireVsCodeApi();
  return {
    port: {
      post: (message) => api.postMessage(message),
      onMessage: (listener) => {
        const forward = (event: MessageEvent<unknown>) => listener(event.data);
        window.addEventListener('message', forward);
        return () => window.removeEventListener('message', forward);
      },
    },
    getState: () => api.getState(),
    setState: (state) => api.setState(state),
  };
}
