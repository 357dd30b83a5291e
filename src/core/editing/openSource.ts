/** Reads a source file for the doors of this room: syntax, imports, framework, layers. */
import { FRAMEWORK_NAMES, frameworksOf } from '../codegen/seSnippets';
import type { SourceFramework, SourceLanguage } from '../codegen/seSnippets';
import { layerReaderOf } from './analysis/bodies';
import { ConvolutionReader } from './analysis/convolutions';
import { isChannelsFirst } from './analysis/dataFormat';
import { Imports } from './analysis/imports';
import { refuse } from './insertTypes';
import type { SourceRequest } from './insertTypes';
import type { OpenSource } from './sites/site';
import { SourceFile } from './syntax/sourceFile';

/** Throws a refusal where the file speaks of no framework, of several, or keeps its feature maps channels-first against the framework's way. */
export function openSource({ text, language, framework: asked }: SourceRequest): OpenSource {
  if (asked && !frameworksOf(language).includes(asked))
    refuse('invalid-request', `${language} files cannot use ${FRAMEWORK_NAMES[asked]}.`);
  const file = new SourceFile(text, language);
  const imports = new Imports(file);
  const framework = asked ?? detectedFramework(imports.frameworks(file), language);
  if (isChannelsFirst(file, framework)) {
    refuse(
      'channels-first',
      'This file uses channels-first feature maps; the SE block is written for channels-last ones. Use the snippet and adapt its axes.',
    );
  }
  const reader = layerReaderOf(framework, imports, file.module);
  return { file, framework, imports, reader, convolutions: new ConvolutionReader(framework, file.module) };
}

/** The framework that a refused request was about, as far as anyone can tell: its snippet is offered instead. */
export function likelyFramework({ text, language, framework }: SourceRequest): SourceFramework {
  const file = new SourceFile(text, language);
  return framework ?? new Imports(file).frameworks(file)[0] ?? frameworksOf(language)[0] ?? 'pytorch';
}

function detectedFramework(found: readonly SourceFramework[], language: SourceLanguage): SourceFramework {
  const [first] = found;
  if (!first) {
    const wanted =
      language === 'python'
        ? 'PyTorch (`import torch`), Keras (`import keras`) or Flax (`from flax import linen as nn`, `from flax import nnx`)'
        : 'TensorFlow.js (`@tensorflow/tfjs`)';
    return refuse('no-framework', `This file does not import ${wanted}. Add the import, or use the snippet.`);
  }
  if (found.length > 1) {
    return refuse(
      'several-frameworks',
      `This file imports ${found.map((one) => FRAMEWORK_NAMES[one]).join(' and ')}. Say which one the SE block is for, or use the snippet.`,
    );
  }
  return first;
}
