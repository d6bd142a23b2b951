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
  const take = (upTo: Uint8Array): Generator<LinePiece> => {
    const bytes = joined([...held, upTo], heldBytes + upTo.length);
    held = [];
    heldBytes = 0;
    return withoutLong(bytes, longest);
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
      yield* take(rest.subarray(0, newline + 1));
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
    if (last !== -1) yield* withoutLong(whole.slice(0, last + 1), longest);
    const open = whole.slice(last + 1);
    if (open.length > longest) isSkipping = true;
    else {
      held.push(open);
      heldBytes = open.length;
    }
  }
  if (isSkipping) yield { bytes: new Uint8Array(), tooLong: true };
  if (heldBytes > 0) yield* take(new Uint8Array());
}

/** Whole lines; those that are too long, of which newlines came along, are told one by one. */
function* withoutLong(bytes: Uint8Array, longest: number): Generator<LinePiece> {
  let from = 0;
  // Only what has more bytes than a line may have can have a line that is too long.
  for (let start = 0; bytes.length - start > longest;) {
    const newline = bytes[start] === 10 ? start : bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline;
    if (end - start > longest) {
      if (start > from) yield { bytes: bytes.slice(from, start), tooLong: false };
      yield { bytes: new Uint8Array(), tooLong: true };
      from = end + 1;
    }
    start = end + 1;
  }
  if (from === 0) yield { bytes, tooLong: false };
  else if (from < bytes.length) yield { bytes: bytes.slice(from), tooLong: false };
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
