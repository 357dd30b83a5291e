/** What a file calls the framework's layers, and the names it has left. */
import type { CodeStyle } from '../codegen/seSnippets';
import type { NamedImport } from './analysis/imports';
import type { OpenSource } from './sites/site';
import type { Statement } from './syntax/ast';
import { eachStatement } from './syntax/ast';
import type { SourceFile } from './syntax/sourceFile';

export interface Namespace {
  namespace: string;
  /** A line to add to the imports; null where the file's own suffice. */
  importLine: string | null;
}

/** The file's own name for the framework's layers where it has one before `root`, else a new one with its import. */
export function namespaceFor(
  { file, framework, imports }: OpenSource,
  root: Statement,
  style: CodeStyle,
): Namespace {
  const usable = imports.bindings.filter(
    (binding) => !binding.alias && binding.at <= root.from && binding.local !== '*',
  );
  const local = (path: string, suffix = ''): string | null => {
    const found = usable.filter((binding) => binding.path === path).at(-1);
    return found ? found.local + suffix : null;
  };
  const own = (namespace: string | null): Namespace | null =>
    namespace === null ? null : { namespace, importLine: null };
  switch (framework) {
    case 'pytorch':
      return (
        own(local('torch.nn') ?? local('torch', '.nn')) ??
        added(file, 'nn', (name) => `from torch import ${renamed('nn', name)}`)
      );
    case 'keras': {
      const found =
        local('keras.layers') ?? local('keras', '.layers') ?? local('tensorflow', '.keras.layers');
      return (
        own(found) ??
        added(
          file,
          'layers',
          (name) => `from ${kerasPackage(imports.bindings)} import ${renamed('layers', name)}`,
        )
      );
    }
    case 'flax-linen':
      return (
        own(local('flax.linen') ?? local('flax', '.linen')) ??
        added(file, 'nn', (name) => `from flax import linen as ${name}`)
      );
    case 'flax-nnx':
      return (
        own(local('flax.nnx') ?? local('flax', '.nnx')) ??
        added(file, 'nnx', (name) => `from flax import ${renamed('nnx', name)}`)
      );
    case 'tfjs': {
      if (imports.usesGlobalTf) return { namespace: 'tf', importLine: null };
      const written = imports.bindings.find(
        (binding) => binding.path.startsWith('tfjs') && !binding.alias,
      )?.written;
      const module = /^@tensorflow\/tfjs(-node(-gpu)?)?/.exec(written ?? '')?.[0] ?? '@tensorflow/tfjs';
      const quoted = style.quote + module + style.quote;
      const end = style.semicolons ? ';' : '';
      return (
        own(local('tfjs')) ??
        added(file, 'tf', (name) =>
          usesRequire(file)
            ? `const ${name} = require(${quoted})${end}`
            : `import * as ${name} from ${quoted}${end}`,
        )
      );
    }
  }
}

function added(file: SourceFile, wanted: string, line: (name: string) => string): Namespace {
  const namespace = freeName(file, wanted);
  return { namespace, importLine: line(namespace) };
}

export function renamed(original: string, name: string): string {
  return name === original ? original : `${original} as ${name}`;
}

/** The package of the file's own Keras imports, so that one file does not mix two. */
function kerasPackage(bindings: readonly NamedImport[]): string {
  const written = bindings.find((binding) => binding.path.startsWith('keras'))?.written ?? 'keras';
  return /^(tensorflow\.keras|tf_keras|keras)/.exec(written)?.[0] ?? 'keras';
}

/** `base`, or `base2`, `base3`, ...: the first that no name in the file equals. The path of an import is no name. */
export function freeName(file: SourceFile, base: string): string {
  const used = new Set<string>();
  for (const statement of eachStatement(file.module.body)) {
    if (statement.kind === 'import') for (const binding of statement.bindings) used.add(binding.local);
  }
  file.tree.iterate({
    enter: (node) => {
      if (node.name === 'ImportStatement') return false;
      if (/^(VariableName|VariableDefinition|TypeName|TypeDefinition)$/.test(node.name))
        used.add(file.slice(node));
      return undefined;
    },
  });
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? base : `${base}${count}`;
    if (!used.has(name)) return name;
  }
}

/** Whether the file takes its modules with `require` only. */
export function usesRequire(file: SourceFile): boolean {
  return (
    /\brequire\s*\(/.test(file.text) && !file.module.body.some((one) => file.slice(one).startsWith('import'))
  );
}
