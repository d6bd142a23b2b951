import type { TokenKeySummary } from '../../operations/token-keys.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';
import { withApplication } from '../with-application.ts';

interface RotateOptions extends CommonOptions {
  readonly dropOld?: boolean;
}

/** `kbgap token-key rotate [--drop-old]`: running servers follow within two seconds. */
export function runTokenKeyRotate(_: readonly string[], options: RotateOptions): Promise<ExitCode> {
  return withApplication(options, async (application) => {
    const dropOld = options.dropOld === true;
    const made = await application.rotateTokenKey({ dropOld });
    if (options.json === true) print(JSON.stringify(made));
    else print(made.kid);
    if (options.quiet !== true)
      say(
        dropOld
          ? 'Tokens issued before are refused: clients have to ask for new ones.'
          : 'Tokens issued before stay good until they expire.',
      );
    return exitCodes.clean;
  });
}

/** `kbgap token-key list` */
export function runTokenKeyList(_: readonly string[], options: CommonOptions): Promise<ExitCode> {
  return withApplication(options, async (application) => {
    const keys = await application.listTokenKeys();
    if (options.json === true) print(JSON.stringify(keys, null, 2));
    else for (const key of keys) print(describe(key));
    return exitCodes.clean;
  });
}

function describe({ kid, createdAt, use, verifiesUntil }: TokenKeySummary): string {
  return `${kid}  created ${createdAt}  ${use}${verifiesUntil === null ? '' : ` until ${verifiesUntil}`}`;
}
