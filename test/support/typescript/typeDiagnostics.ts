import path from 'node:path';
import ts from 'typescript';

/** What the compiler says of sources that are on no disk, by their full paths. */
export function diagnostics(sources: ReadonlyMap<string, string>): { file: string; message: string }[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noImplicitOverride: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: ['node'],
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (name) => sources.get(path.normalize(name)) ?? readFile(name);
  host.fileExists = (name) => sources.has(path.normalize(name)) || fileExists(name);
  const program = ts.createProgram([...sources.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).flatMap(({ file, messageText }) => {
    if (!file || !sources.has(path.normalize(file.fileName))) return [];
    const message = ts.flattenDiagnosticMessageText(messageText, '\n');
    return [{ file: path.basename(file.fileName), message }];
  });
}
