/** The text whose UTF-8 bytes are hashed for a fingerprint (docs/formats.md): no byte order mark, and \n as line ends. */
export function fingerprintText(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}
