import type { Cvss, Epss } from '../api/contract.ts';
import { useFormats } from '../texts/language-provider.tsx';
import { Quiet } from './marks.tsx';

export function EpssScore({ epss }: { readonly epss: Pick<Epss, 'score'> | null }) {
  const formats = useFormats();
  return epss === null ? <Quiet>–</Quiet> : <span>{formats.share(epss.score)}</span>;
}

export function CvssScore({ cvss }: { readonly cvss: Cvss | null }) {
  return cvss === null ? <Quiet>–</Quiet> : <span title={cvss.vector}>{cvss.baseScore.toFixed(1)}</span>;
}
