import Type from 'typebox';
import type { Static, TProperties, TSchema } from 'typebox';

/**
 * The types of Microsoft's entity model (OData's EDM) as JSON Schema. From one definition come the TypeScript type, the
 * schema in OpenAPI, the property in `$metadata`, and what `$filter`, `$orderby` and `$select` know of it.
 */
export type EdmPrimitive =
  | 'Edm.String'
  | 'Edm.Boolean'
  | 'Edm.Int32'
  | 'Edm.Int64'
  | 'Edm.Single'
  | 'Edm.Double'
  | 'Edm.Guid'
  | 'Edm.DateTimeOffset';

/** What OData needs to know of one property. */
export interface PropertyFacts {
  /** As it travels: `computerDnsName`. */
  readonly name: string;
  /** A primitive, or the name of an enum or complex type of this service. */
  readonly type: string;
  readonly isEnum: boolean;
  readonly isComplex: boolean;
  readonly isList: boolean;
  readonly isNullable: boolean;
  /** Schema of the value, or of one of the list's: where the members of an enum and the properties of a complex type are. */
  readonly item: JsonSchema;
}

/** A type of the contract: its name in `$metadata`, its JSON Schema, and its properties by name in lower case, in wire order. */
export interface EntityType<P extends TProperties = TProperties> {
  readonly name: string;
  readonly schema: ReturnType<typeof Type.Object<P>>;
  readonly properties: ReadonlyMap<string, PropertyFacts>;
}

/** The TypeScript type of an entity's rows. */
export type RowOf<T extends { readonly schema: TSchema }> = Static<T['schema']>;

const edm = 'x-edm';
const enumName = 'x-edm-enum';
const complexName = 'x-edm-complex';

const primitive = (type: EdmPrimitive, description: string): Record<string, unknown> => ({ [edm]: type, description });

export const text = (description: string) => Type.String(primitive('Edm.String', description));
export const guid = (description: string) => Type.String({ ...primitive('Edm.Guid', description), format: 'uuid' });
/** ISO 8601 in UTC with `Z`. */
export const instant = (description: string) =>
  Type.String({ ...primitive('Edm.DateTimeOffset', description), format: 'date-time' });
export const flag = (description: string) => Type.Boolean(primitive('Edm.Boolean', description));
export const int32 = (description: string) => Type.Integer(primitive('Edm.Int32', description));
export const int64 = (description: string) => Type.Integer(primitive('Edm.Int64', description));
export const single = (description: string) => Type.Number(primitive('Edm.Single', description));
export const double = (description: string) => Type.Number(primitive('Edm.Double', description));

/** Enums travel as their names. */
export const oneOf = <const V extends string[]>(name: string, values: readonly [...V], description: string) =>
  Type.Enum([...values] as V, { [enumName]: name, description });

export const listOf = <T extends TSchema>(item: T, description: string) => Type.Array(item, { description });

/** Sent as `null`, never left out. */
export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** A structured value inside an entity. */
export function complex<P extends TProperties>(name: string, properties: P) {
  return Type.Object(properties, { [complexName]: name, title: name, additionalProperties: false });
}

/** An entity, or a type that only collections of functions give. Properties stand in wire order. */
export function entityType<P extends TProperties>(name: string, properties: P): EntityType<P> {
  const facts = Object.entries(properties).map(([key, schema]) => factsOf(key, schema));
  return {
    name,
    schema: Type.Object(properties, { title: name, additionalProperties: false }),
    properties: new Map(facts.map((each) => [each.name.toLowerCase(), each])),
  };
}

/** @throws {TypeError} for a schema that was made otherwise. */
export function factsOf(name: string, schema: TSchema | JsonSchema): PropertyFacts {
  const { inner, isNullable } = withoutNull(schema as JsonSchema);
  const isList = inner.type === 'array';
  const { inner: item } = withoutNull(isList && inner.items !== undefined ? inner.items : inner);
  const named = item[enumName] ?? item[complexName] ?? item[edm];
  if (typeof named !== 'string') throw new TypeError(`${name}: expected a schema made by edm.ts`);
  return {
    name,
    type: named,
    isEnum: item[enumName] !== undefined,
    isComplex: item[complexName] !== undefined,
    isList,
    isNullable,
    item,
  };
}

/** What is read of a schema. */
export interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly [keyword: string]: unknown;
}

function withoutNull(schema: JsonSchema): { readonly inner: JsonSchema; readonly isNullable: boolean } {
  const inner = schema.anyOf?.find(({ type }) => type !== 'null');
  return inner === undefined ? { inner: schema, isNullable: false } : { inner, isNullable: true };
}
