import { resolve } from 'node:path';

/**
 * The address of a workbench on that server; any browser may open it.
 *
 * @param {Pick<import('./openWindow.mjs').WindowOptions, 'server' | 'folder' | 'extensionDevelopmentPath' | 'extensionTestsPath'>} options
 * @returns {string}
 */
export function workbenchUrl({ server, folder, extensionDevelopmentPath, extensionTestsPath }) {
  const remote = `vscode-remote://127.0.0.1:${server.port}`;
  const payload = [['skipWelcome', 'true']];
  if (extensionDevelopmentPath)
    payload.push(['extensionDevelopmentPath', remote + resolve(extensionDevelopmentPath)]);
  if (extensionTestsPath) payload.push(['extensionTestsPath', remote + resolve(extensionTestsPath)]);
  const query = `folder=${encodeURIComponent(resolve(folder))}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
  return `${server.url}/?${query}`;
}
