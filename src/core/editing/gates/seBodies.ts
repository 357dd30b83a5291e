/** Which classes and functions of a file are SE blocks: by what their bodies do, or by a name that says so. */
import { layerReaderOf } from '../analysis/bodies';
import { readFlow } from '../analysis/flow';
import { isFunctionalSe } from '../analysis/functionalSe';
import { Imports } from '../analysis/imports';
import { FORWARD_NAME, SE_NAME } from '../analysis/layerTable';
import { FlowReader, methodScope } from '../analysis/residual';
import { ClassAttributes } from '../analysis/scope';
import type { FunctionNode } from '../syntax/ast';
import type { SourceFile } from '../syntax/sourceFile';

export interface SeBodies {
  /** Where the classes are written whose objects are SE blocks. */
  readonly classes: ReadonlySet<number>;
  /** Where the functions are written that are SE blocks, in no class. */
  readonly functions: ReadonlySet<number>;
}

/** Total: in a file of no framework only names tell. */
export function seBodiesOf(file: SourceFile): SeBodies {
  const { module } = file;
  const scales = scalingReader(file);
  const methods = new Set(module.classes.flatMap((node) => node.methods));
  const classes = module.classes.filter((node) => {
    if (SE_NAME.test(node.name)) return true;
    const attributes = ClassAttributes.of(node);
    return Object.values(FORWARD_NAME).some((name) => {
      const forward = attributes.method(name);
      return forward !== null && scales(forward, attributes);
    });
  });
  const functions = module.functions.filter(
    (node) => node.name !== '' && !methods.has(node) && (SE_NAME.test(node.name) || scales(node, null)),
  );
  return { classes: new Set(classes.map(startOf)), functions: new Set(functions.map(startOf)) };
}

function startOf({ from }: { readonly from: number }): number {
  return from;
}

/** Tells whether a function gives back the feature map that it is given times gates made of that map. */
function scalingReader(
  file: SourceFile,
): (node: FunctionNode, attributes: ClassAttributes | null) => boolean {
  const imports = new Imports(file);
  const [framework] = imports.frameworks(file);
  if (!framework) return () => false;
  const reader = layerReaderOf(framework, imports, file.module);
  return (node, attributes) => {
    const flow = readFlow(node.body, node, reader, attributes);
    const [input] = flow.values;
    const values = new FlowReader(flow, reader, methodScope(attributes, node));
    return flow.returned.some(
      (value) => value.inputs.some((one) => one === input) && isFunctionalSe(values, value),
    );
  };
}
