import { applyEdits, modify } from 'jsonc-parser';

/** The text with another `name`, everything else as it was; as it is if it is not JSON enough to have a name. */
export function renamedDefinition(text: string, name: string): string {
  try {
    return applyEdits(text, modify(text, ['name'], name, {}));
  } catch {
    return text;
  }
}

/** `net.senet.json`, `net-2.senet.json`, ...: the first that `isTaken` denies. `stem` may be any name. */
export function uniqueFileName(stem: string, suffix: string, isTaken: (fileName: string) => boolean): string {
  const safe = stem
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  const base = safe === '' ? 'model' : safe;
  for (let number = 1; ; number++) {
    const fileName = `${base}${number === 1 ? '' : `-${number}`}${suffix}`;
    if (!isTaken(fileName)) return fileName;
  }
}
