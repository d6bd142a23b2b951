/** A schema as it stands in the document. */
export type Schema = Readonly<Record<string, unknown>>;

/** Schemas with a name of their own, each once: wherever they are used stands a reference. */
export class Components {
  readonly #schemas = new Map<string, Schema>();

  /** `schema` with references in the place of whatever in it has a name. @throws {TypeError} where two different ones share a name. */
  refer(schema: unknown): Schema {
    return this.#refer(JSON.parse(JSON.stringify(schema)) as Schema) as Schema;
  }

  /** By name, in order. */
  get schemas(): Readonly<Record<string, Schema>> {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #refer(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.#refer(each));
    if (typeof value !== 'object' || value === null) return value;
    const { description, ...rest } = Object.fromEntries(
      Object.entries(value).map(([key, each]) => [
        key,
        key === 'properties' ? this.#referEach(each) : this.#refer(each),
      ]),
    );
    const told = description === undefined ? {} : { description };
    const name = nameOf(rest);
    if (name === undefined) return { ...rest, ...told };
    const known = this.#schemas.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(rest))
      throw new TypeError(`two different schemas are called ${name}`);
    this.#schemas.set(name, rest);
    return { $ref: `#/components/schemas/${name}`, ...told };
  }

  /** A property may be called as a keyword is. */
  #referEach(properties: unknown): unknown {
    return Object.fromEntries(
      Object.entries(properties as Schema).map(([name, schema]) => [name, this.#refer(schema)]),
    );
  }
}

/** Types of the contract by their name there, enums too; objects by their title. */
function nameOf({ type, title, 'x-edm-enum': enumName }: Schema): string | undefined {
  if (typeof enumName === 'string') return enumName;
  return type === 'object' && typeof title === 'string' ? title : undefined;
}
