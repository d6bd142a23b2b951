/** Browsers cut elements that are higher (Firefox at 17.8 million pixels). */
const highest = 15_000_000;

/** Which rows stand where, in a scroller whose content may be higher than a browser can lay out. */
export interface RowWindow {
  /** Height of the content in pixels. */
  readonly height: number;
  readonly from: number;
  /** Included. */
  readonly to: number;
  /** From the top of the content to the row `from`. */
  readonly top: number;
}

export interface Scrolled {
  readonly count: number;
  readonly rowHeight: number;
  /** Visible height of the scroller. */
  readonly viewport: number;
  readonly scrollTop: number;
  /** Rows beyond the visible ones, on each side. */
  readonly overscan: number;
}

/** Up to some 400,000 rows a pixel is a pixel; with more, the scroller's way stands for the list's. */
export function windowOf({ count, rowHeight, viewport, scrollTop, overscan }: Scrolled): RowWindow {
  const whole = count * rowHeight;
  const height = Math.min(whole, highest);
  const way = Math.max(1, height - viewport);
  const offset = whole <= highest ? scrollTop : (Math.min(scrollTop, way) / way) * Math.max(0, whole - viewport);
  const from = Math.max(0, Math.floor(offset / rowHeight) - overscan);
  const to = Math.min(count - 1, Math.ceil((offset + viewport) / rowHeight) + overscan);
  return { height, from, to, top: Math.max(0, scrollTop - (offset - from * rowHeight)) };
}
