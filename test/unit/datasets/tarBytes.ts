/** Writes tar archives header field by header field (POSIX ustar), so that tests can make ones that no tar program would. */
import { gzipSync } from 'node:zlib';

export interface TarMember {
  name: string;
  content?: Uint8Array;
  /** Type flag: '0' file, '1' hard link, '2' symbolic link, '3' device, '5' folder, 'x' pax header, 'L' GNU long name. */
  type?: string;
  linkname?: string;
  /** What the header claims; the true size otherwise. */
  size?: number;
  /** The size as the 12 bytes of its field, for sizes beyond octal. */
  sizeField?: Uint8Array;
}

export function tarMember({
  name,
  content = new Uint8Array(0),
  type = '0',
  linkname = '',
  size,
  sizeField,
}: TarMember): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100, 'latin1');
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${(size ?? content.length).toString(8).padStart(11, '0')}\0`, 124);
  if (sizeField) header.set(sizeField, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(type, 156);
  header.write(linkname, 157, 100, 'latin1');
  header.write('ustar\0' + '00', 257);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** A pax header that overrides fields of the member after it. */
export function paxHeader(fields: Record<string, string>): TarMember {
  const lines = Object.entries(fields).map(([key, value]) => {
    const body = ` ${key}=${value}\n`;
    const length = body.length + String(body.length + 2).length;
    return `${length}${body}`;
  });
  return { name: 'PaxHeader', type: 'x', content: Buffer.from(lines.join('')) };
}

export function tar(members: readonly TarMember[]): Buffer {
  return Buffer.concat([...members.map(tarMember), Buffer.alloc(1024)]);
}

export function tarGz(members: readonly TarMember[]): Buffer {
  return gzipSync(tar(members));
}
