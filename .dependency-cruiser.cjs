/**
 * Room rules (see ARCHITECTURE.md): core <- protocol <- {host, ui, engine}.
 * Type-only imports count (tsPreCompilationDeps); cycles, and files that nothing reaches, are errors.
 */
const nodeBuiltins = ['core'];

/** Entry points of the bundles (esbuild.mjs). */
const bundleEntries = '^(src/extension|webview/ui/page|webview/ui/side/side|webview/engine/worker)\\.ts$';
/** What npm, vitest and mocha run, and what they start as a process of its own. */
const programs = [
  '^(esbuild|scripts/[^/]+|test/support/runElectron|test/support/vscode/guardian)\\.mjs$',
  '^test/(.*\\.test|host/index)\\.ts$',
];

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-depends-on-nothing',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '^(src/(?!core/)|webview/|scripts/|test/)' },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      from: { path: '^src/(core|protocol)/' },
      to: { path: '(^vscode$|@tensorflow|webview-ui-toolkit|tar-stream)' },
    },
    {
      name: 'protocol-on-core-only',
      severity: 'error',
      from: { path: '^src/protocol/' },
      to: { path: '^(src/(?!core/|protocol/)|webview/|scripts/|test/)' },
    },
    {
      name: 'host-never-imports-webview',
      severity: 'error',
      from: { path: '^src/(host/|extension\\.ts)' },
      to: { path: '^(webview/|test/|scripts/)' },
    },
    {
      name: 'ui-never-imports-host-or-engine',
      severity: 'error',
      from: { path: '^webview/ui/' },
      to: { path: '^(src/host/|src/extension|webview/engine/|test/|scripts/)' },
    },
    {
      name: 'engine-never-imports-host-or-ui',
      severity: 'error',
      from: { path: '^webview/engine/' },
      to: { path: '^(src/host/|src/extension|webview/ui/|test/|scripts/)' },
    },
    {
      name: 'tfjs-only-in-engine',
      severity: 'error',
      from: { path: '^(src/|webview/ui/)' },
      to: { path: '@tensorflow' },
    },
    {
      name: 'toolkit-behind-one-file',
      severity: 'error',
      from: { path: '^(src|webview)/', pathNot: '^webview/ui/controls/toolkit\\.ts$' },
      to: { path: 'webview-ui-toolkit' },
    },
    {
      name: 'vscode-only-in-host',
      severity: 'error',
      from: { path: '^(src/(core|protocol)/|webview/)' },
      to: { path: '(^vscode$|@types/vscode)' },
    },
    {
      name: 'node-only-in-host',
      severity: 'error',
      from: { path: '^(src/(core|protocol)/|webview/)' },
      to: { dependencyTypes: nodeBuiltins },
    },
    {
      name: 'reached-from-an-entry',
      comment: 'What no bundle needs is dead, also if a test still calls it.',
      severity: 'error',
      from: { path: bundleEntries },
      to: { path: '^(src|webview)/', pathNot: bundleEntries, reachable: false },
    },
    {
      name: 'reached-from-a-program',
      severity: 'error',
      from: { path: programs },
      to: { path: '^(scripts|test/support/vscode)/', pathNot: programs, reachable: false },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^vscode$' } },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^dist/|^node_modules/.*/node_modules|^test/support/samples/)' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.d.ts', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
    },
  },
};
