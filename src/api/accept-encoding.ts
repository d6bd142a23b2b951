import { LRUCache } from 'lru-cache';

/** In the order in which they are preferred: the smallest answer for its time first. */
export const encodings = ['br', 'zstd', 'gzip'] as const;
export type Encoding = (typeof encodings)[number];

const chosen = new LRUCache<string, Encoding | 'identity'>({ max: 1000 });

/** What `Accept-Encoding` lets us send; without one, or where nothing else is allowed, the bytes as they are. */
export function encodingFor(header: string | undefined): Encoding | 'identity' {
  if (header === undefined) return 'identity';
  if (header.length > 500) return 'identity';
  let encoding = chosen.get(header);
  if (encoding === undefined) {
    encoding = choose(header);
    chosen.set(header, encoding);
  }
  return encoding;
}

/** The greatest `q` wins, then our order. Source: RFC 9110, section 12.5.3. */
function choose(header: string): Encoding | 'identity' {
  const weights = new Map<string, number>();
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((each) => each.trim());
    const q = /^q=(\d(?:\.\d{1,3})?)$/.exec(parameters.find((each) => each.startsWith('q=')) ?? 'q=1')?.[1];
    weights.set(name === 'x-gzip' ? 'gzip' : name, q === undefined ? 0 : Number(q));
  }
  const weightOf = (name: string): number => weights.get(name) ?? weights.get('*') ?? 0;
  const best = [...encodings].sort((a, b) => weightOf(b) - weightOf(a))[0];
  if (best === undefined || weightOf(best) <= 0) return 'identity';
  return weightOf(best) >= (weights.get('identity') ?? 0) ? best : 'identity';
}
