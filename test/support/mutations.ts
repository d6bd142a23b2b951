import fc from 'fast-check';

/** A change to a document's bytes, as accidents and attackers make them; `says` names it where a test fails. */
export interface Mutation {
  readonly says: string;
  apply(bytes: Buffer): Buffer;
}

/** What XML knows and CVRF documents lack, and what neither allows. */
const oddities: readonly (string | readonly number[])[] = [
  '<!DOCTYPE cvrfdoc SYSTEM "file:///etc/passwd">',
  '<!DOCTYPE a [<!ENTITY b "&c;&c;"><!ENTITY c "ha">]>',
  '<!ENTITY b "ha">',
  '&b;',
  '&constructor;',
  '&__proto__;',
  '&#0;',
  '&#xD800;',
  '&#x110000;',
  '&#65;',
  '&',
  '<![CDATA[<a>&b;]]>',
  '<![CDATA[',
  '<!-- <a> -->',
  '<!-- -- -->',
  '<?xml version="1.0"?>',
  '<?a b?>',
  ']]>',
  '<',
  '>',
  '</a>',
  '<a>',
  '<a/>',
  '<a b="1" b="2"/>',
  '<a b=1/>',
  '<a b="<"/>',
  "<a b='1'c='2'/>",
  '<a\tb\n=\r"1" ></a >',
  '<é>x</é>',
  '<a:b xmlns:a="urn:a"/>',
  '<x:y/>',
  '\r\n',
  '\u0000',
  '\u0007',
  '\ufeff',
  '\uffff',
  '\u2028',
  '𝄞',
  [0xc3, 0x28],
  [0xed, 0xa0, 0x80],
  [0xff, 0xfe],
  [0xc0, 0xaf],
];

const places = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

/** One change of any kind, anywhere. Small numbers make small changes, so that a failure shrinks to its simplest form. */
export const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(places, fc.integer({ min: 1, max: 255 })).map(([place, bits]) => ({
    says: `byte at ${place} changed by ${bits}`,
    apply: (bytes: Buffer) => {
      const changed = Buffer.from(bytes);
      const at = Math.floor(place * bytes.length);
      changed[at] = (changed[at] ?? 0) ^ bits;
      return changed;
    },
  })),
  places.map((place) => ({
    says: `cut at ${place}`,
    apply: (bytes: Buffer) => bytes.subarray(0, Math.floor(place * bytes.length)),
  })),
  fc.tuple(places, places, fc.nat(3000)).map(([from, to, length]) => ({
    says: `${length} bytes from ${from} put in at ${to}`,
    apply: (bytes: Buffer) => {
      const start = Math.floor(from * bytes.length);
      return insert(bytes, Math.floor(to * bytes.length), bytes.subarray(start, start + length));
    },
  })),
  fc.tuple(places, fc.nat(2000)).map(([place, length]) => ({
    says: `${length} bytes taken out at ${place}`,
    apply: (bytes: Buffer) => {
      const at = Math.floor(place * bytes.length);
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    },
  })),
  fc.tuple(places, fc.boolean()).map(([place, twice]) => ({
    says: `element near ${place} ${twice ? 'twice' : 'taken out'}`,
    apply: (bytes: Buffer) => {
      const [start, end] = elementNear(bytes, Math.floor(place * bytes.length));
      return twice
        ? insert(bytes, end, bytes.subarray(start, end))
        : Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
    },
  })),
  fc
    .tuple(places, fc.constantFrom(...oddities), fc.constantFrom('text', 'tag', 'anywhere'))
    .map(([place, odd, where]) => ({
      says: `${JSON.stringify(odd)} in ${where} near ${place}`,
      apply: (bytes: Buffer) => {
        const near = Math.floor(place * bytes.length);
        const tag = where === 'anywhere' ? near : bytes.indexOf(where === 'text' ? '>' : '<', near) + 1;
        return insert(bytes, tag, Buffer.from(odd as string));
      },
    })),
);

function insert(bytes: Buffer, at: number, more: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
}

/** Start and end of the first element behind a place whose end tag is found; nothing where there is none. */
function elementNear(bytes: Buffer, from: number): readonly [start: number, end: number] {
  const text = bytes.toString('latin1', from, from + 20_000);
  const match = /<([\w:]+)(?: [^>]*)?>/.exec(text);
  if (match === null) return [from, from];
  const close = `</${match[1]}>`;
  const end = text.indexOf(close, match.index);
  return end === -1 ? [from, from] : [from + match.index, from + end + close.length];
}
