import { levelSentence } from './level.ts';
import type { JudgedDevice } from './judged-device.ts';
import type { Part } from './parts.ts';

/** What the device reports of a part, as far as it decides. */
export function partSentence({ input, state }: JudgedDevice, part: Part): string {
  switch (part.kind) {
    case 'windows':
      return input === undefined ? '' : levelSentence(input);
    case 'dotnet-framework':
      return state.dotnetFramework.length > 0
        ? `.NET Framework ${state.dotnetFramework.join(', ')} is reported; its updates show in the update list, not in the build.`
        : `.NET Framework is not reported, but an update of it is in the update list: it is there.`;
    case 'flash-player':
      return 'Flash Player came with this Windows; its updates show in the update list, not in the build.';
    case 'software':
      return `${part.name} is reported in version ${part.finding.software.version ?? 'unknown'}.`;
    case 'uncovered':
      return `${part.name} is reported${part.software.version === null ? '' : ` in version ${part.software.version}`}.`;
  }
}
