/** Whether a text of lines ends with a whole one: of a file that was cut, the last line may look like one and is none. */
export function endsWithLine(text: string): boolean {
  return /[\r\n]\s*$/.test(text.slice(-100));
}
