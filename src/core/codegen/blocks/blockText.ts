/** What each framework's file says about its SE block: the lines of the class and the words that options change. */
import type { SeOptions } from '../seOptions';
import type { SourceLanguage } from '../sourceLanguage';

/** The words of a definition that an option or a snippet placeholder can change. */
export interface Words {
  readonly name: string;
  /** What the file calls the framework's layers, e.g. `nn`, `tf.keras.layers`, `tf`. */
  readonly namespace: string;
  readonly reduction: string;
  readonly squeeze: string;
  readonly gate: string;
  /** Python's word for whether there are biases. */
  readonly bias: string;
  readonly hasBias: boolean;
  /** Whether the gate is the hard-sigmoid that `composesHardSigmoid` speaks of. */
  readonly hardSigmoid: boolean;
  readonly quote: (text: string) => string;
}

export interface BlockText {
  /** The class, one line each, with a tab for each level of indentation. */
  readonly lines: (words: Words, language: SourceLanguage) => string[];
  readonly squeezes: Readonly<Record<SeOptions['squeeze'], string>>;
  /** The gate's name in the framework; empty where the class composes it. */
  readonly gates: Readonly<Record<SeOptions['gate'], string>>;
  /** The framework's own hard-sigmoid is another function, so the class writes relu6(x + 3) / 6. */
  readonly composesHardSigmoid: boolean;
  readonly snippet: {
    /** What the snippet takes the framework's layers to be called. */
    readonly namespace: string;
    readonly quote: '"' | "'";
    /** Whether the biases are a word that a placeholder can stand for. */
    readonly choosesBias: boolean;
    /** A comment on how to use the class. */
    readonly usage: (name: string) => string;
  };
}

export const SUMMARY =
  'Squeeze-and-Excitation (Hu et al., arXiv 1709.01507): scales each channel by a learnt gate.';
