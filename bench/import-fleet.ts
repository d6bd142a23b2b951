import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { madeUpFleet } from './made-up-fleet.ts';

/** Reports of one body: the server takes them in while the next ones are made. */
const perBody = 50_000;

/** Sends a made-up fleet to a server. @throws where it does not accept every report. */
export async function importFleet(
  url: string,
  headers: Readonly<Record<string, string>>,
  { devices, states, seed }: { readonly devices: number; readonly states: number; readonly seed: number },
): Promise<void> {
  for (let from = 0; from < devices; from += perBody) {
    const many = Math.min(perBody, devices - from);
    const lines = function* (): Generator<string> {
      for (const line of madeUpFleet({ devices: many, states, seed, from })) yield `${line}\n`;
    };
    const answer = await fetch(`${url}/v1/reports/bulk`, {
      method: 'POST',
      headers: { ...headers, 'content-encoding': 'gzip' },
      body: Readable.toWeb(Readable.from(lines()).pipe(createGzip({ level: 1 }))) as ReadableStream,
      duplex: 'half',
    });
    const { accepted } = (await answer.json()) as { readonly accepted?: number };
    if (accepted !== many) throw new Error(`expected ${many} reports accepted, got ${accepted}`);
  }
}
