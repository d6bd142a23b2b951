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
  const { local, directory } = parts(name, content, says);
  return Buffer.concat([local, directory, endRecord(says.entries ?? 1, directory.length, local.length)]);
}

/** A zip of many entries that all stand on the same bytes: it unpacks to far more than it is. */
export function overlappingZip(content: Buffer, count: number): Buffer {
  const { local, directory } = parts('x', content, {});
  const all = Buffer.concat(Array.from({ length: count }, () => directory));
  return Buffer.concat([local, all, endRecord(count, all.length, local.length)]);
}

interface ZipParts {
  readonly local: Buffer;
  readonly directory: Buffer;
}

function parts(name: string, content: Buffer, says: ZipLies): ZipParts {
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
  return {
    local: Buffer.concat([Buffer.from('PK\u0003\u0004'), facts, nameBytes, packed]),
    directory: Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000'), facts, Buffer.alloc(14), nameBytes]),
  };
}

function endRecord(entries: number, directoryBytes: number, directoryAt: number): Buffer {
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries, 4);
  end.writeUInt16LE(entries, 6);
  end.writeUInt32LE(directoryBytes, 8);
  end.writeUInt32LE(directoryAt, 12);
  return Buffer.concat([Buffer.from('PK\u0005\u0006'), end]);
}
