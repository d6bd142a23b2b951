import type { AgentEntry } from '../../facts/agent-verdicts.ts';
import { kbsOfEntry } from '../../facts/agent-verdicts.ts';

/** `KB4487017: 2019-02 Cumulative Update for Windows 10 Version 1803 for x64-based Systems (KB4487017)`. */
const line = /^\s*[-*]?\s*(KB\d{6,7}): +(\S[^\r\n]*)$/i;

/**
 * A list of offered updates, one a line, id and title; `undefined` where any line is another. `isCut`: the last line may be
 * broken.
 */
export function readTitledList(text: string, { isCut = false } = {}): readonly AgentEntry[] | undefined {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r*\n/)
    .filter((each) => each.trim() !== '');
  const whole = isCut ? lines.slice(0, -1) : lines;
  const entries = whole.flatMap((each): readonly AgentEntry[] => {
    const [, id = '', title = ''] = line.exec(each.slice(0, 1000)) ?? [];
    return id === '' ? [] : [{ kbs: kbsOfEntry([id], undefined), title: title.trim(), verdict: 'missing' }];
  });
  return entries.length > 0 && entries.length === whole.length ? entries : undefined;
}
