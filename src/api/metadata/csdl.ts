import { boundFunctions, complexTypes, entitySets } from '../contract/model.ts';
import { factsOf } from '../contract/edm.ts';
import type { EntityType, JsonSchema, PropertyFacts } from '../contract/edm.ts';

export const namespace = 'microsoft.windowsDefenderATP.api';

/**
 * The contract's types as CSDL, what `GET /api/$metadata` answers. Nested types and enums are taken from the properties that
 * have them. Source: OData CSDL XML 4.0.
 */
export function csdl(): string {
  const keyOfType = new Map(entitySets.map(({ type, key }) => [type, key]));
  const entities = [...keyOfType.keys()];
  const rows = [...entities, ...complexTypes];
  const nested = namedTypes(rows.flatMap(({ properties }) => [...properties.values()]));
  const types = [
    ...entities.map((type) =>
      element('EntityType', { Name: type.name }, [keyOf(keyOfType.get(type) ?? ''), ...propertiesOf(type)]),
    ),
    ...complexTypes.map((type) => element('ComplexType', { Name: type.name }, propertiesOf(type))),
    ...nested.map(namedType),
    ...boundFunctions.map(({ name, boundTo, isOfSet = false, returns, returnsOne = false }) =>
      element('Function', { Name: name, IsBound: 'true' }, [
        element('Parameter', { Name: 'bindingParameter', Type: named(boundTo, isOfSet) }),
        element('ReturnType', { Type: named(returns, !returnsOne) }),
      ]),
    ),
    element(
      'EntityContainer',
      { Name: 'DefaultContainer' },
      entitySets.map(({ name, type }) => element('EntitySet', { Name: name, EntityType: `${namespace}.${type.name}` })),
    ),
  ];
  const schema = element('Schema', { Namespace: namespace, xmlns: 'http://docs.oasis-open.org/odata/ns/edm' }, types);
  const attributes = { Version: '4.0', 'xmlns:edmx': 'http://docs.oasis-open.org/odata/ns/edmx' };
  const services = element('edmx:DataServices', {}, [schema]);
  return `<?xml version="1.0" encoding="utf-8"?>\n${element('edmx:Edmx', attributes, [services])}\n`;
}

function named({ name }: Pick<EntityType, 'name'>, isCollection: boolean): string {
  return isCollection ? `Collection(${namespace}.${name})` : `${namespace}.${name}`;
}

/** Enums and nested types that the properties name, each once, at any depth. */
function namedTypes(
  properties: readonly PropertyFacts[],
  known = new Map<string, PropertyFacts>(),
): readonly PropertyFacts[] {
  for (const property of properties) {
    if (!property.isEnum && !property.isComplex) continue;
    const before = known.get(property.type);
    if (before === undefined) {
      known.set(property.type, property);
      if (property.isComplex) namedTypes(factsWithin(property.item), known);
    } else if (JSON.stringify(shapeOf(before)) !== JSON.stringify(shapeOf(property))) {
      throw new TypeError(`${property.name}: two different types are called ${property.type}`);
    }
  }
  return [...known.values()];
}

/** Without the description, which is of the property. */
function shapeOf({ item }: PropertyFacts): unknown {
  return item.enum ?? item.properties;
}

function namedType({ type, isEnum, item }: PropertyFacts): string {
  if (!isEnum) return element('ComplexType', { Name: type }, factsWithin(item).map(property));
  const members = (item.enum ?? []).map((name, value) => element('Member', { Name: name, Value: String(value) }));
  return element('EnumType', { Name: type }, members);
}

function factsWithin({ properties = {} }: JsonSchema): readonly PropertyFacts[] {
  return Object.entries(properties).map(([name, schema]) => factsOf(name, schema));
}

function keyOf(name: string): string {
  return element('Key', {}, [element('PropertyRef', { Name: name })]);
}

function propertiesOf({ properties }: EntityType): readonly string[] {
  return [...properties.values()].map(property);
}

function property({ name, type, isEnum, isComplex, isList, isNullable }: PropertyFacts): string {
  const full = isEnum || isComplex ? `${namespace}.${type}` : type;
  // Of a list the attribute would speak of its items.
  const nullable: Record<string, string> = isNullable || isList ? {} : { Nullable: 'false' };
  return element('Property', { Name: name, Type: isList ? `Collection(${full})` : full, ...nullable });
}

/** Names and types of the contract: nothing in them needs escaping, which the test of the whole document holds to. */
function element(name: string, attributes: Readonly<Record<string, string>>, children: readonly string[] = []): string {
  const open = `<${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${value}"`)
    .join('')}`;
  if (children.length === 0) return `${open} />`;
  const inner = children.map((child) => child.replaceAll(/^/gm, '  ')).join('\n');
  return `${open}>\n${inner}\n</${name}>`;
}
