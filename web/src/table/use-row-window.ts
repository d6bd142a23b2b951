import { useCallback, useEffect, useRef, useState } from 'react';
import type { UIEvent } from 'react';
import { windowOf } from './row-window.ts';
import type { RowWindow } from './row-window.ts';

/** Until the scroller is measured. */
const usualViewport = 900;

/** Rows as a scroller moves; another list (told by `listKey`) starts at its top. */
export function useRowWindow(
  count: number,
  rowHeight: number,
  listKey: string,
): RowWindow & {
  readonly measure: (element: HTMLElement | null) => (() => void) | undefined;
  readonly onScroll: (event: UIEvent<HTMLElement>) => void;
} {
  const [viewport, setViewport] = useState(usualViewport);
  const [scrollTop, setScrollTop] = useState(0);
  const scroller = useRef<HTMLElement>(null);
  useEffect(() => {
    // In braces: newer browsers answer with a promise, which is no clean-up.
    scroller.current?.scrollTo(0, 0);
  }, [listKey]);
  const measure = useCallback((element: HTMLElement | null) => {
    scroller.current = element;
    if (element === null) return undefined;
    // On paper the scroller is as high as its rows: that must not ask for more of them.
    const observer = new ResizeObserver(() => !matchMedia('print').matches && setViewport(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const onScroll = useCallback(({ currentTarget }: UIEvent<HTMLElement>) => setScrollTop(currentTarget.scrollTop), []);
  return { ...windowOf({ count, rowHeight, viewport, scrollTop, overscan: 8 }), measure, onScroll };
}
