import { exitCodes } from './exit-code.ts';

/** Resolves once the process is asked to end; a second Ctrl-C ends it at once. */
export function untilAsked(): Promise<NodeJS.Signals> {
  process.removeAllListeners('SIGINT');
  return new Promise((resolve) => {
    const asked = (signal: NodeJS.Signals): void => {
      process.once('SIGINT', () => process.exit(exitCodes.interrupted));
      resolve(signal);
    };
    process.once('SIGINT', asked);
    process.once('SIGTERM', asked);
    process.once('SIGHUP', asked);
  });
}
