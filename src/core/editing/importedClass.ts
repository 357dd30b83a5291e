/** An SE class that the user's own module exports, instead of one written into the file. */
import type { CodeStyle } from '../codegen/seSnippets';
import { refuse } from './insertTypes';
import { freeName, renamed, usesRequire } from './namespace';
import type { OpenSource } from './sites/site';
import type { Statement } from './syntax/ast';

export interface ImportedClass {
  readonly className: string;
  /** The line to add; null where the file imports the class already. */
  readonly importLine: string | null;
}

/** `mylib.layers`, `./layers:SELayer`: dotted names or, outside Python, what may stand between the quotes of an import. */
const MODULE = { python: /^\.*[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/, script: /^[\w@./~#-]+$/ };

/** The class of the module that the user names; the file's own import of it, or a new one. `baseName`: its name if the user gives none. */
export function importedClass(
  source: OpenSource,
  root: Statement,
  style: CodeStyle,
  importFrom: string,
  baseName: string,
): ImportedClass {
  const { file, imports } = source;
  const [module = '', original = baseName, ...more] = importFrom.trim().split(':');
  const valid = file.language === 'python' ? MODULE.python : MODULE.script;
  if (!valid.test(module) || !/^[A-Za-z_$][\w$]*$/.test(original) || more.length > 0) {
    refuse(
      'invalid-request',
      `\`${importFrom}\` is no module to import the SE class from. Write it as \`mylib.layers\` or \`mylib.layers:SELayer\`, or leave the setting empty.`,
    );
  }
  const own = imports.bindings.find(
    (binding) => !binding.alias && binding.written === `${module}.${original}` && binding.at <= root.from,
  );
  if (own) return { className: own.local, importLine: null };
  const className = freeName(file, original);
  return { className, importLine: importOf(module, original, className, source, style) };
}

function importOf(
  module: string,
  original: string,
  name: string,
  { file }: OpenSource,
  style: CodeStyle,
): string {
  if (file.language === 'python') return `from ${module} import ${renamed(original, name)}`;
  const end = style.semicolons ? ';' : '';
  const quoted = style.quote + module + style.quote;
  const names = name === original ? name : `${original}${usesRequire(file) ? ': ' : ' as '}${name}`;
  return usesRequire(file)
    ? `const { ${names} } = require(${quoted})${end}`
    : `import { ${names} } from ${quoted}${end}`;
}
