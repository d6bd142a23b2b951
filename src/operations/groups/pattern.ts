/**
 * Whether `text` fits `pattern`: `*` stands for any characters, `?` for one; letters as they are, so bring both to one case. Takes time
 * with the product of their lengths at most, whatever the pattern.
 */
export function fitsPattern(pattern: string, text: string): boolean {
  let at = 0;
  let inText = 0;
  /** Where the last star stands, and where the text that it stands for ends so far. */
  let star = -1;
  let starEnd = 0;
  while (inText < text.length) {
    if (pattern[at] === '*') {
      star = at;
      starEnd = inText;
      at += 1;
    } else if (pattern[at] === '?' || pattern[at] === text[inText]) {
      at += 1;
      inText += 1;
    } else if (star >= 0) {
      starEnd += 1;
      at = star + 1;
      inText = starEnd;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
