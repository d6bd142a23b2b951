import { crc32, deflateRawSync } from 'node:zlib';

/** What the head and directory of an entry say; what they don't is true. */
export interface ZipLies {
  readonly size?: number;
  readonly flags?: number;
  /** Compression method; 8 is deflate. */
  readonly method?: number;
  readonly entries?: number;
}

/** A zip of one entry whose head and directory say what they like, of any name. */
export function forgedZip(name: string, content: Buffer, says: ZipLies = {}): Buffer {
  const packed = deflateRawSync(content);
  const nameBytes = Buffer.from(name);
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(20, 0);
  facts.writeUInt16LE(says.flags ?? 0, 2);
  facts.writeUInt16LE(says.method ?? 8, 4);
  facts.writeUInt32LE(crc32(content), 10);
  facts.writeUInt32LE(packed.length, 14);
  facts.writeUInt32LE(says.size ?? content.length, 18);
  facts.writeUInt16LE(nameBytes.length, 22);
  const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), facts, nameBytes, packed]);
  const directory = Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000'), facts, Buffer.alloc(14), nameBytes]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(says.entries ?? 1, 4);
  end.writeUInt16LE(says.entries ?? 1, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, directory, Buffer.from('PK\u0005\u0006'), end]);
}
