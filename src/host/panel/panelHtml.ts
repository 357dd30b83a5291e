/** Webview URIs of what the page loads itself. */
export interface PanelAssets {
  script: string;
  style: string;
}

/**
 * The page's document. The policy allows exactly what the panel does: our script by nonce (workers and WASM come from blobs that it makes), our style
 * sheet, and reading our own files. No 'unsafe-inline': the controls style themselves through constructed style sheets, which the
 * policy does not govern.
 */
export function panelHtml({ script, style }: PanelAssets, cspSource: string, nonce: string): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}' 'wasm-unsafe-eval'`,
    `worker-src blob:`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `connect-src ${cspSource}`,
    `img-src ${cspSource} blob: data:`,
    `font-src ${cspSource}`,
    `form-action 'none'`,
    `base-uri 'none'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="UTF-8" />
    <meta http-equiv="Content-Security-Policy" content="${attribute(policy)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>SE Playground</title>
    <link rel="stylesheet" href="${attribute(style)}" />
    <script nonce="${attribute(nonce)}" src="${attribute(script)}" defer></script>
  </head>
  <body>
    <div id="app"></div>
  </body>
</html>
`;
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
