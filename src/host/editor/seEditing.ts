/**
 * What can be done about SE in one kind of document. The verbs, lenses and code actions know only this; source files are the one kind so far.
 * The parsers are most of what we ship to the host: each is read when it is first needed.
 */
import { frameworksOf, sourceLanguageOf } from '../../core/codegen/sourceLanguage';
import type { SourceFramework, SourceLanguage } from '../../core/codegen/sourceLanguage';
import type {
  ChangeResult,
  ConvertRequest,
  ConvertResult,
  InsertResult,
  RemoveResult,
  SitesReport,
} from '../../core/editing/insertTypes';
import { isWorthAnalysing, mentions } from './sites/frameworkMention';
import type { SeChoice } from './verbs/seChoice';

/** A document's text as it stands, and what is known about it beside. */
export interface Reading {
  readonly text: string;
  /** The user's answer in a file of several frameworks. */
  readonly framework: SourceFramework | null;
}

/** What to write. */
export interface Wish extends Reading {
  readonly choice: SeChoice;
  /** Setting `sePlayground.insert.importFrom`; empty: the class is written into the file. */
  readonly importFrom: string;
}

export interface SeEditing {
  /** Whether the text is worth a look by itself, without being asked: cheap, reads no parser. */
  worthAnalysing(text: string, lineCount: number): boolean;
  /** What to ask with where a file is of several frameworks, the likeliest first. */
  frameworks(text: string): readonly SourceFramework[];
  sites(reading: Reading): Promise<SitesReport>;
  /** Whether the text has a syntax error anywhere. */
  isBroken(text: string): Promise<boolean>;
  insert(wish: Wish, offset: number): Promise<InsertResult>;
  change(wish: Wish, offset: number): Promise<ChangeResult>;
  remove(reading: Reading, offset: number): Promise<RemoveResult>;
  convert(wish: Wish, scope: ConvertRequest['scope']): Promise<ConvertResult>;
}

/** Null for a document in which nothing about SE can be written. */
export function editingOf(languageId: string): SeEditing | null {
  const language = sourceLanguageOf(languageId);
  return language ? sourceEditing(language) : null;
}

function sourceEditing(language: SourceLanguage): SeEditing {
  const read = ({ text, framework }: Reading) => ({ text, language, ...(framework && { framework }) });
  const write = (wish: Wish) => ({
    ...read(wish),
    options: wish.choice.options,
    ...(wish.choice.variant && { variant: wish.choice.variant }),
    ...(wish.importFrom !== '' && { importFrom: wish.importFrom }),
  });
  return {
    worthAnalysing: isWorthAnalysing,
    frameworks: (text) => {
      const all = frameworksOf(language);
      const mentioned = all.filter((framework) => mentions(text, framework));
      return mentioned.length > 0 ? mentioned : all;
    },
    sites: async (reading) => (await import('../../core/editing/findSites')).findSites(read(reading)),
    isBroken: async (text) => {
      const { errorSpans, parseSource } = await import('../../core/editing/syntax/parseSource');
      return errorSpans(parseSource(text, language)).length > 0;
    },
    insert: async (wish, offset) =>
      (await import('../../core/editing/planInsert')).planInsert({ ...write(wish), offset }),
    change: async (wish, offset) =>
      (await import('../../core/editing/planChange')).planChange({ ...write(wish), offset }),
    remove: async (reading, offset) =>
      (await import('../../core/editing/planRemove')).planRemove({ ...read(reading), offset }),
    convert: async (wish, scope) =>
      (await import('../../core/editing/planConvert')).planConvert({ ...write(wish), scope }),
  };
}
