import type { Overview } from '../../api/contract.ts';
import { ListLink } from '../../parts/links.tsx';
import { Section } from '../../parts/section.tsx';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';
import styles from './patch-age.module.css';

/** How far behind the newest level of its branch the fleet is. */
export function PatchAge({ buckets }: { readonly buckets: Overview['patchAge'] }) {
  const texts = useTexts();
  const formats = useFormats();
  const most = Math.max(1, ...buckets.map(({ devices }) => devices));
  return (
    <Section title={texts.overview.patchAge} more={texts.overview.patchAgeMore}>
      <ul className={styles.bars}>
        {buckets.map(({ bucket, devices }) => (
          <li key={bucket}>
            <ListLink to="/devices" search={{ age: bucket }} className={styles.line}>
              <span>{texts.ages[bucket]}</span>
              <span className={styles.track} aria-hidden>
                <span className={styles.fill} data-bucket={bucket} style={{ width: `${(devices / most) * 100}%` }} />
              </span>
              <span className="numeric">{formats.number(devices)}</span>
            </ListLink>
          </li>
        ))}
      </ul>
    </Section>
  );
}
