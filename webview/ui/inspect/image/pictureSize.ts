/** Width and height of a picture file in pixels, before orientation. */
export interface PictureSize {
  width: number;
  height: number;
}

/**
 * Reads the size from the head of a PNG, JPEG, GIF, BMP or WebP file, so that a small file of a huge picture is refused before it is decoded.
 *
 * @returns undefined for anything else, and for a file that ends before its size
 */
export function pictureSize(file: Uint8Array): PictureSize | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (const read of [pngSize, gifSize, bmpSize, webpSize, jpegSize]) {
    const size = read(view);
    if (size && size.width > 0 && size.height > 0) return size;
  }
  return undefined;
}

function starts(view: DataView, at: number, text: string): boolean {
  if (view.byteLength < at + text.length) return false;
  return [...text].every((letter, index) => view.getUint8(at + index) === letter.charCodeAt(0));
}

/** The IHDR chunk always comes first. */
function pngSize(view: DataView): PictureSize | undefined {
  if (view.byteLength < 24 || !starts(view, 0, '\x89PNG\r\n\x1a\n') || !starts(view, 12, 'IHDR'))
    return undefined;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

function gifSize(view: DataView): PictureSize | undefined {
  if (view.byteLength < 10 || !(starts(view, 0, 'GIF87a') || starts(view, 0, 'GIF89a'))) return undefined;
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** A negative height says that rows go from top to bottom. */
function bmpSize(view: DataView): PictureSize | undefined {
  if (view.byteLength < 26 || !starts(view, 0, 'BM')) return undefined;
  return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
}

/** Three kinds of first chunk: lossy, lossless, extended (RFC 9649). */
function webpSize(view: DataView): PictureSize | undefined {
  if (view.byteLength < 30 || !starts(view, 0, 'RIFF') || !starts(view, 8, 'WEBP')) return undefined;
  if (starts(view, 12, 'VP8 ')) {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (starts(view, 12, 'VP8L')) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (!starts(view, 12, 'VP8X')) return undefined;
  const uint24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  return { width: uint24(24) + 1, height: uint24(27) + 1 };
}

/** Walks the segments to the frame header, SOF0 to SOF15 but for the three codes that mean other things. */
function jpegSize(view: DataView): PictureSize | undefined {
  if (!starts(view, 0, '\xff\xd8')) return undefined;
  let at = 2;
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      // A fill byte.
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    // Markers without a length: TEM and restarts.
    const alone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
    const length = alone ? 0 : view.getUint16(at + 2);
    if (!alone && length < 2) return undefined;
    at += 2 + length;
  }
  return undefined;
}
