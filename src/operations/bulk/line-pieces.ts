/** Whole lines of a body, up to some hundred reports at a time. */
export interface LinePiece {
  readonly bytes: Uint8Array;
  /** The line that is longer than allowed and was left out here, if one was; it stands for one line. */
  readonly tooLong: boolean;
}

const pieceBytes = 512 * 1024;

/**
 * Cuts a body into pieces that end with a line. A line longer than `longest` bytes is passed over and told; the memory
 * taken is that of one line and one piece. Each piece has its own memory, so that it can be handed to another thread.
 */
export async function* linePieces(body: AsyncIterable<Uint8Array>, longest: number): AsyncGenerator<LinePiece> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let isSkipping = false;
  const take = (upTo: Uint8Array): LinePiece => {
    const bytes = joined([...held, upTo], heldBytes + upTo.length);
    held = [];
    heldBytes = 0;
    return { bytes, tooLong: false };
  };
  for await (const chunk of body) {
    let rest = chunk;
    if (isSkipping) {
      const newline = rest.indexOf(10);
      if (newline === -1) continue;
      rest = rest.subarray(newline + 1);
      isSkipping = false;
      yield { bytes: new Uint8Array(), tooLong: true };
    }
    const newline = rest.lastIndexOf(10);
    if (newline !== -1 && heldBytes + newline + 1 >= pieceBytes) {
      yield take(rest.subarray(0, newline + 1));
      rest = rest.subarray(newline + 1);
    }
    if (rest.length > 0) {
      held.push(rest);
      heldBytes += rest.length;
    }
    if (heldBytes <= longest) continue;
    const whole = joined(held, heldBytes);
    const last = whole.lastIndexOf(10);
    held = [];
    heldBytes = 0;
    if (last !== -1) yield { bytes: whole.slice(0, last + 1), tooLong: false };
    const open = whole.slice(last + 1);
    if (open.length > longest) isSkipping = true;
    else {
      held.push(open);
      heldBytes = open.length;
    }
  }
  if (isSkipping) yield { bytes: new Uint8Array(), tooLong: true };
  if (heldBytes > 0) yield take(new Uint8Array());
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
