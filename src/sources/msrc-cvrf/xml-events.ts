/** What takes in an XML document, element by element. */
export interface XmlEvents {
  /** Whether the text at this place is asked for; the others are not handed over. */
  readonly wantsText: boolean;
  /** Answers whether anything inside is looked at: if not, nothing of it is handed over, its `close` neither. */
  open(name: string, attributes: XmlAttributes): boolean;
  /** Some or all of a text, references resolved. */
  text(piece: string): void;
  close(): void;
}

/** The attributes of the element that opens; to be asked while it does, not later. */
export interface XmlAttributes {
  get(name: string): string | undefined;
  /** What it declares: prefix (`''` for the default namespace) and address. */
  listNamespaces(): readonly NamespaceDeclaration[];
}

export type NamespaceDeclaration = readonly [prefix: string, address: string];

/** The prefix that an attribute of this name declares; `undefined` for any other attribute. */
export function declaredPrefix(name: string): string | undefined {
  return name === 'xmlns' ? '' : name.startsWith('xmlns:') ? name.slice(6) : undefined;
}

/** Far beyond any CVRF document: its elements stand at most 9 deep and have at most 7 attributes. */
export const deepestElement = 100;
export const mostAttributes = 100;
