import { stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { ServedCertificate } from '../api/served-certificate.ts';
import { readCertificate } from './certificate-files.ts';
import type { CertificateFiles } from './certificate-files.ts';

/** A renewal is seen within a second; looking at two files takes some microseconds. */
const lookEveryMs = 1000;

/**
 * Takes up a renewed certificate as soon as both files are changed. A pair that cannot be served (a key that is not written
 * yet, a broken file) is told once and the old one stays. Returns what ends it.
 */
export function followCertificate(files: CertificateFiles, served: ServedCertificate, logger: Logger): () => void {
  let seen: string | undefined;
  let busy = false;
  const look = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      const stamp = await stampOf(files);
      const isFirst = seen === undefined;
      if (stamp === seen) return;
      seen = stamp;
      if (!isFirst) takeUp(files, served, logger);
    } finally {
      busy = false;
    }
  };
  void look();
  const timer = setInterval(() => void look(), lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

function takeUp(files: CertificateFiles, served: ServedCertificate, logger: Logger): void {
  try {
    const pair = readCertificate(files);
    served.renew(pair);
    logger.info({ validTo: pair.validTo.toISOString() }, 'TLS certificate taken up');
    warnIfExpired(pair.validTo, new Date(), logger);
  } catch (error) {
    logger.error({ err: error }, 'TLS certificate not taken up; the old one stays in use');
  }
}

/** Clients refuse an expired certificate: osqueryd then keeps its logs and tries again. */
export function warnIfExpired(validTo: Date, now: Date, logger: Logger): void {
  if (validTo <= now) logger.warn({ validTo: validTo.toISOString() }, 'TLS certificate has expired');
}

/** Changes with any change of a file, of the file that a link points to, or of its being there. */
async function stampOf({ cert, key }: CertificateFiles): Promise<string> {
  const stamps = await Promise.all(
    [cert, key].map(async (file) => {
      try {
        const { mtimeMs, ctimeMs, size, ino } = await stat(file);
        return `${mtimeMs} ${ctimeMs} ${size} ${ino}`;
      } catch {
        return 'absent';
      }
    }),
  );
  return stamps.join(' ');
}
