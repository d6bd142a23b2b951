import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

/** What somebody could act with: never logged, wherever an object holds it. */
const secrets = [
  'authorization',
  'node_key',
  'nodeKey',
  'enroll_secret',
  'secret',
  'clientSecret',
  'client_secret',
  'client_assertion',
  'access_token',
  'refresh_token',
  'token',
  'password',
  'privateKeyPem',
];

/** The log of a server: JSON lines. Of an address only the path is logged, since secrets are sent as parameters too. */
export function createServerLogger(level: string, destination: DestinationStream): Logger {
  return pino(
    {
      level,
      redact: [...secrets, ...secrets.map((name) => `*.${name}`), 'req.headers.authorization'],
      serializers: {
        req: ({ method, url }: { readonly method?: string; readonly url?: string }) => ({
          method,
          path: url?.split('?', 1)[0],
        }),
      },
    },
    destination,
  );
}

/**
 * Lines of one turn of the event loop are written together: each by itself would wait for the system as long as a short answer
 * takes. None waits longer than its turn, and what is left is written when the process ends.
 */
export function writeByTurn(destination: DestinationStream): DestinationStream & { readonly flushSync: () => void } {
  let pending = '';
  const flushSync = (): void => {
    if (pending === '') return;
    const lines = pending;
    pending = '';
    destination.write(lines);
  };
  process.once('exit', flushSync);
  return {
    write(line) {
      if (pending === '') setImmediate(flushSync);
      pending += line;
    },
    flushSync,
  };
}
