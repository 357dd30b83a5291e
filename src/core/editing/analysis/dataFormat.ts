/** Whether a Keras or tfjs file asks for channels-first feature maps. In other frameworks the words mean something else. */
import type { SyntaxNode } from '@lezer/common';
import type { SourceFramework } from '../../codegen/seSnippets';
import type { SourceFile } from '../syntax/sourceFile';

/** True where an argument says `data_format="channels_first"`, `dataFormat: 'channelsFirst'`, or the global default is set so. */
export function isChannelsFirst(file: SourceFile, framework: SourceFramework): boolean {
  if (framework !== 'keras' && framework !== 'tfjs') return false;
  let found = false;
  file.tree.iterate({
    enter: (node) => {
      if (found || node.name !== 'String' || !/channels_?first/i.test(file.slice(node))) return;
      found = governs(node.node, file);
    },
  });
  return found;
}

function governs(value: SyntaxNode, file: SourceFile): boolean {
  const parent = value.parent;
  if (parent?.name === 'Property')
    return parent.firstChild !== null && /data_?format/i.test(file.slice(parent.firstChild));
  if (parent?.name !== 'ArgList') return false;
  const keyword = value.prevSibling?.name === 'AssignOp' ? value.prevSibling.prevSibling : null;
  if (keyword) return file.slice(keyword) === 'data_format';
  const callee = parent.prevSibling;
  return callee !== null && file.slice(callee).endsWith('set_image_data_format');
}
