import { objectOf } from '../../text/powershell-object.ts';
import type { PowershellObject } from '../../text/powershell-object.ts';

/** `X ComputerName Status KB Size Title`, the first column only while installing; the second never in old versions. */
const heading = /^\s*(?:X\s+)?(ComputerName\s+)?(?:Status|Result)\s+KB\s+Size\s+Title\s*$/;
const row =
  /^\s*(?:[123]\s+)?(?:(\S{1,255})\s+)??([-A-Z?]{6,8}|Accepted|Rejected|Downloaded|Installed|Failed|Aborted|Pending)\s+(?:(KB\d{6,7})\s+)?(\d[\d.,]*\s?[KMGT]?B?)\s+(\S[^\r\n]{0,1000})$/i;

/** Rows of the module's tables of updates; none where the text has no such table. */
export function tableRows(text: string): readonly PowershellObject[] {
  const rows: PowershellObject[] = [];
  let isTable = false;
  for (const line of text.split(/\r*\n/)) {
    if (heading.test(line)) isTable = true;
    if (!isTable) continue;
    const [, computer = '', status = '', kb = '', size = '', title = ''] = row.exec(line.slice(0, 2000)) ?? [];
    if (status === '') continue;
    rows.push(
      objectOf([
        ['ComputerName', computer],
        ['Status', status],
        ['KB', kb],
        ['Size', size],
        ['Title', title.trim()],
      ]),
    );
  }
  return rows;
}
