/** What the names of a file stand for: imports, aliases, and the framework they speak of. */
import type { SourceFramework } from '../../codegen/seSnippets';
import type { Binding, Expr } from '../syntax/ast';
import { eachExpression, eachStatement, expressionsOf } from '../syntax/ast';
import type { SourceFile } from '../syntax/sourceFile';

/** tfjs packages whose namespace holds both tensors and layers; the path of any of them is `tfjs`. */
const TFJS_PACKAGE = /^@tensorflow\/tfjs(-node(-gpu)?)?(?=$|\.)/;
const KERAS_PACKAGE = /^(tensorflow\.keras|tensorflow\.python\.keras|tf_keras|keras\.src|keras)(?=$|\.)/;
const NNX_PACKAGE = /^flax\.experimental\.nnx(?=$|\.)/;

/** One spelling for a thing however it was imported: `torch.nn.Conv2d`, `keras.layers.Conv2D`, `flax.nnx.Conv`, `tfjs.layers.conv2d`. */
function canonical(path: string): string {
  const keras = KERAS_PACKAGE.exec(path);
  if (keras) return `keras${path.slice(keras[0].length)}`;
  return path
    .replace(NNX_PACKAGE, 'flax.nnx')
    .replace(TFJS_PACKAGE, 'tfjs')
    .replace(/^tfjs\.default(?=$|\.)/, 'tfjs');
}

export interface NamedImport extends Binding {
  /** The path as the file writes it, before `canonical`. */
  readonly written: string;
  /** Offset where the binding is made. */
  readonly at: number;
  /** Made by an assignment, not by an import. */
  readonly alias: boolean;
}

export class Imports {
  /** Bindings of the top level, imports and aliases alike, in source order. */
  readonly bindings: readonly NamedImport[];
  private readonly byName = new Map<string, string>();
  private readonly wildcards: string[] = [];
  /** Paths of expressions once all bindings are known; a file asks for them many times. */
  private readonly paths: WeakMap<Expr, string | null> | undefined;
  /** Whether tfjs is taken from a global `tf` because nothing is imported. */
  readonly usesGlobalTf: boolean;

  constructor(file: SourceFile) {
    const bindings: NamedImport[] = [];
    const add = (local: string, written: string, at: number, alias = false): void => {
      if (local === '*') this.wildcards.push(canonical(written));
      else this.byName.set(local, canonical(written));
      bindings.push({ local, path: canonical(written), written, at, alias });
    };
    for (const statement of eachStatement(file.module.body)) {
      if (statement.kind === 'import')
        for (const { local, path } of statement.bindings) add(local, path, statement.to);
      if (statement.kind === 'destructure') {
        const path = this.pathOf(statement.value);
        if (path !== null)
          for (const name of statement.names) add(name.local, `${path}.${name.path}`, statement.to, true);
      }
      if (statement.kind === 'assign' && statement.value.kind === 'member') {
        const path = this.pathOf(statement.value);
        for (const target of statement.targets)
          if (path !== null && target.kind === 'name') add(target.name, path, statement.to, true);
      }
    }
    this.usesGlobalTf =
      file.language !== 'python' && !this.mentions('tfjs') && !this.byName.has('tf') && usesTfGlobal(file);
    if (this.usesGlobalTf) this.byName.set('tf', 'tfjs');
    this.bindings = bindings;
    this.paths = new WeakMap();
  }

  /** The canonical dotted path of a name or member chain, e.g. `torch.nn.Conv2d`; null for anything not imported. */
  pathOf(expr: Expr): string | null {
    if (expr.kind !== 'name' && expr.kind !== 'member') return null;
    const known = this.paths?.get(expr);
    if (known !== undefined) return known;
    const path = this.readPath(expr);
    this.paths?.set(expr, path);
    return path;
  }

  private readPath(expr: Expr): string | null {
    const parts: string[] = [];
    let current = expr;
    while (current.kind === 'member') {
      parts.unshift(current.property);
      current = current.object;
    }
    if (current.kind !== 'name') return null;
    const root = this.byName.get(current.name);
    if (root !== undefined) return canonical([root, ...parts].join('.'));
    const [wildcard] = this.wildcards;
    return parts.length === 0 && wildcard !== undefined && current.name !== 'self'
      ? `${wildcard}.${current.name}`
      : null;
  }

  /** Whether an import binds that name. */
  binds(name: string): boolean {
    return this.byName.has(name);
  }

  private mentions(root: string): boolean {
    return [...this.byName.values(), ...this.wildcards].some(
      (path) => path === root || path.startsWith(`${root}.`),
    );
  }

  /** Every framework the file imports. TensorFlow counts as Keras once `tf.keras` is used, `flax` as linen once `flax.linen` is. */
  frameworks(file: SourceFile): SourceFramework[] {
    if (file.language !== 'python') return this.mentions('tfjs') || this.usesGlobalTf ? ['tfjs'] : [];
    const has = (path: string, within: string): boolean =>
      this.mentions(path) || (this.mentions(within) && this.usesPath(file, path));
    const found: SourceFramework[] = [];
    if (this.mentions('torch')) found.push('pytorch');
    if (has('keras', 'tensorflow')) found.push('keras');
    if (has('flax.linen', 'flax')) found.push('flax-linen');
    if (has('flax.nnx', 'flax')) found.push('flax-nnx');
    return found;
  }

  /** Whether the file reads a module through the package around it, e.g. `tf.keras` after `import tensorflow as tf`. */
  private usesPath(file: SourceFile, path: string): boolean {
    const property = path.slice(path.lastIndexOf('.') + 1);
    let used = false;
    file.tree.iterate({
      enter: (node) => {
        if (used || node.name !== 'PropertyName' || file.slice(node) !== property) return;
        const object = node.node.parent?.firstChild;
        const written = object && this.byName.get(file.slice(object));
        used = written !== undefined && written !== null && canonical(`${written}.${property}`) === path;
      },
    });
    return used;
  }
}

/** Whether the file reads `tf.layers`, `tf.sequential`, `tf.model` or `tf.input` without declaring `tf`. */
function usesTfGlobal(file: SourceFile): boolean {
  const bodies = [file.module.body, ...file.module.functions.map((node) => node.body)];
  for (const body of bodies) {
    for (const statement of eachStatement(body)) {
      if (
        statement.kind === 'assign' &&
        statement.targets.some((target) => target.kind === 'name' && target.name === 'tf')
      )
        return false;
      for (const root of expressionsOf(statement)) {
        for (const expr of eachExpression(root)) {
          if (expr.kind !== 'member' || expr.object.kind !== 'name' || expr.object.name !== 'tf') continue;
          if (['layers', 'sequential', 'model', 'input'].includes(expr.property)) return true;
        }
      }
    }
  }
  return false;
}
