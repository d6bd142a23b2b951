import { tryParseKbNumber } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';

/**
 * The update that an entry of the programs' list stands for: `KB5044285`, or in any language
 * `Security Update for Microsoft Excel 2016 (KB5002700) 64-Bit Edition`, as Office and SQL Server list theirs. Such an entry
 * is there as long as the update is installed.
 */
export function kbOfUpdateProgram(name: string): KbNumber | undefined {
  const bare = /^KB\d{6,7}$/i.exec(name.trim())?.[0];
  const bracketed = /[(（](KB\d{6,7})[)）]/i.exec(name.slice(0, 500))?.[1];
  return tryParseKbNumber(bare ?? bracketed ?? '');
}
