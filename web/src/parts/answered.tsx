import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failed, Loading } from './states.tsx';

/** What is shown while an answer is on its way, where it failed, and of it. */
export function Answered<T>({
  answer,
  children,
}: {
  readonly answer: UseQueryResult<T>;
  readonly children: (value: T) => ReactNode;
}) {
  if (answer.data !== undefined) return children(answer.data);
  if (answer.isError) return <Failed error={answer.error} retry={() => void answer.refetch()} />;
  return <Loading />;
}
