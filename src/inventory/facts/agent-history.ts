import type { OtherVerdict } from '../other-verdict.ts';

/**
 * What an entry of the update history says of its update. Operation 1 installs, 2 takes off; result 2 is success, 3 success
 * with errors, 4 failure, 5 aborted. Names stand for the numbers in other tools. Source: Microsoft Learn, Windows Update Agent
 * API, `UpdateOperation` and `OperationResultCode`.
 */
export function verdictOfHistory(
  operation: string | undefined,
  result: string | undefined,
): OtherVerdict['verdict'] | undefined {
  const done = plain(result);
  const isRemoval = /^(?:2|uouninstallation|uninstallation|uninstall)$/.test(plain(operation));
  if (/^(?:4|5|orcfailed|orcaborted|failed|aborted)$/.test(done)) return isRemoval ? undefined : 'failed';
  if (isRemoval) return undefined;
  return /^(?:2|3|orcsucceeded|orcsucceededwitherrors|succeeded|succeededwitherrors|success|installed)$/.test(done)
    ? 'installed'
    : undefined;
}

function plain(text: string | undefined): string {
  return (text ?? '').toLowerCase().replace(/[\s_-]+/g, '');
}
