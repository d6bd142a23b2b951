import { useFormats } from '../texts/language-provider.tsx';
import type { UrlSearch } from '../url-search.ts';
import styles from './device-split.module.css';
import { ListLink } from './links.tsx';

interface DeviceSplitProps {
  readonly parts: readonly {
    readonly tone: 'danger' | 'good' | 'none';
    readonly count: number;
    readonly label: string;
    readonly search: UrlSearch;
  }[];
}

/** The fleet in parts by what holds for each, every part leading to its devices. */
export function DeviceSplit({ parts }: DeviceSplitProps) {
  const formats = useFormats();
  return (
    <>
      <div className={styles.bar} aria-hidden>
        {parts.map(({ tone, count }) => count > 0 && <div key={tone} data-tone={tone} style={{ flexGrow: count }} />)}
      </div>
      <div className={styles.parts}>
        {parts.map(({ tone, count, label, search }) => (
          <ListLink key={tone} to="/devices" search={search} className={styles.part}>
            <span className={styles.count} data-tone={count > 0 ? tone : 'none'}>
              {formats.number(count)}
            </span>{' '}
            <span>{label}</span>
          </ListLink>
        ))}
      </div>
    </>
  );
}
