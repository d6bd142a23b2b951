/** The envelope of every collection of the contract. */
export interface Collection<T> {
  readonly '@odata.context': string;
  readonly '@odata.count'?: number;
  readonly value: readonly T[];
  readonly '@odata.nextLink'?: string;
}

/** `https://kbgap.example/api/$metadata#Machines` */
export function contextOf(baseUrl: string, fragment: string): string {
  return `${baseUrl}/api/$metadata#${fragment}`;
}
