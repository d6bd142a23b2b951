import type { KbNumber } from '../../terms/kb-number.ts';
import { dotnetLines } from '../lines/dotnet-line.ts';
import type { JudgedDevice } from './judged-device.ts';

/** The listed number that stands for an update: its own, or that of a package of it for .NET Framework. */
export function installedAs({ state, input, parts }: JudgedDevice, kb: KbNumber): KbNumber | undefined {
  if (state.installedKbs.includes(kb)) return kb;
  const dotnet = parts.find((part) => part.kind === 'dotnet-framework');
  if (input === undefined || dotnet === undefined) return undefined;
  const present = dotnetLines(input).filter(({ product }) => dotnet.products.includes(product));
  return state.installedKbs.find((each) => present.some(({ packages }) => packages.get(each)?.includes(kb) === true));
}
