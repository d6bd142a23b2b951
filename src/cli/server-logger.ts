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
