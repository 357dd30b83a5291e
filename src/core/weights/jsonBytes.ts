/** JSON as UTF-8 bytes and back, for the headers of weight files. Core has no TextDecoder; the URI functions of the language know UTF-8. */

/** The value as JSON in UTF-8, without line breaks. */
export function encodeJson(value: unknown): Uint8Array {
  // What is not ASCII is escaped, so that a character is a byte.
  const text = JSON.stringify(value).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The text of UTF-8 bytes. @throws URIError if they are none */
export function decodeUtf8(bytes: Uint8Array): string {
  let escaped = '';
  for (const byte of bytes) {
    // "%" starts an escape, so it is one itself.
    escaped +=
      byte < 0x80 && byte !== 0x25 ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return decodeURIComponent(escaped);
}
