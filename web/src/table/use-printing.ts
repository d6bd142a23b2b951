import { useMediaQuery } from '@mantine/hooks';

/** Whether the page is being laid out for paper: there a list stands in full, as far as it has come. */
export function usePrinting(): boolean {
  return useMediaQuery('print', false, { getInitialValueInEffect: false });
}
