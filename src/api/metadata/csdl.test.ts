import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SaxesParser } from 'saxes';
import { boundFunctions, complexTypes, entitySets } from '../contract/model.ts';
import { contractRoutes } from '../routes/routes.ts';
import { csdl, namespace } from './csdl.ts';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
}

/** @throws {Error} where the text is not well-formed. */
function parse(text: string): Element {
  const root: Element = { name: '', attributes: {}, children: [] };
  const open = [root];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const values = Object.fromEntries(Object.entries(attributes).map(([key, each]) => [key, each.value]));
    const element = { name, attributes: values, children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  parser.write(text).close();
  return root;
}

const document = parse(csdl());
const schema = document.children[0]?.children[0]?.children[0];
assert.ok(schema !== undefined);
const named = (name: string): readonly Element[] => schema.children.filter((each) => each.name === name);
const find = (kind: string, name: string): Element | undefined =>
  named(kind).find(({ attributes }) => attributes['Name'] === name);

describe('$metadata', () => {
  it('is EDMX 4.0 with one schema of the namespace', () => {
    assert.equal(document.children[0]?.name, 'edmx:Edmx');
    assert.equal(document.children[0].attributes['Version'], '4.0');
    assert.equal(schema.attributes['Namespace'], namespace);
    assert.equal(schema.attributes['xmlns'], 'http://docs.oasis-open.org/odata/ns/edm');
  });

  it('every type that is named is defined, once', () => {
    const defined = ['EntityType', 'ComplexType', 'EnumType'].flatMap((kind) =>
      named(kind).map(({ attributes }) => `${namespace}.${attributes['Name'] ?? ''}`),
    );
    assert.equal(new Set(defined).size, defined.length);
    const walk = (element: Element): void => {
      for (const key of ['Type', 'EntityType']) {
        const type = element.attributes[key]?.replace(/^Collection\((.*)\)$/, '$1');
        if (type === undefined) continue;
        assert.ok(
          /^Edm\.(?:String|Boolean|Int32|Int64|Single|Double|Guid|DateTimeOffset)$/.test(type) ||
            defined.includes(type),
          type,
        );
      }
      element.children.forEach(walk);
    };
    walk(schema);
  });

  it('entities have their key among their properties, and every set, row and function is there', () => {
    for (const { name, type, key } of entitySets) {
      const entity = find('EntityType', type.name);
      assert.equal(entity?.children[0]?.children[0]?.attributes['Name'], key);
      const properties = entity.children.slice(1).map(({ attributes }) => attributes['Name']);
      assert.deepEqual(properties, Object.keys(type.schema.properties));
      const set = find('EntityContainer', 'DefaultContainer')?.children.find(
        ({ attributes }) => attributes['Name'] === name,
      );
      assert.equal(set?.attributes['EntityType'], `${namespace}.${type.name}`);
    }
    for (const { name } of complexTypes) assert.ok(find('ComplexType', name) !== undefined, name);
    assert.equal(named('Function').length, boundFunctions.length);
  });

  it('says of a missing KB what clients rely on', () => {
    const row = find('ComplexType', 'PublicProductFixDto');
    const shown = row?.children.map(({ attributes }) => [
      attributes['Name'],
      attributes['Type'],
      attributes['Nullable'],
    ]);
    assert.deepEqual(shown, [
      ['id', 'Edm.String', undefined],
      ['name', 'Edm.String', undefined],
      ['osBuild', 'Edm.Int64', undefined],
      ['productsNames', 'Collection(Edm.String)', undefined],
      ['url', 'Edm.String', undefined],
      ['machineMissedOn', 'Edm.Int64', 'false'],
      ['cveAddressed', 'Edm.Int64', 'false'],
    ]);
    const functions = named('Function').filter(({ attributes }) => attributes['Name'] === 'GetMissingKbs');
    assert.deepEqual(
      functions.map(({ children }) => children.map(({ attributes }) => attributes['Type'])),
      ['Machine', 'Software'].map((type) => [`${namespace}.${type}`, `Collection(${namespace}.PublicProductFixDto)`]),
    );
  });

  it('every address below an entity or a set is a function, or a set', () => {
    const sets = new Map(entitySets.map(({ name, type }) => [name.toLowerCase(), type.name]));
    const functions = named('Function').map(({ attributes, children }) =>
      `${attributes['Name'] ?? ''} of ${children[0]?.attributes['Type']?.replaceAll(`${namespace}.`, '') ?? ''}`.toLowerCase(),
    );
    const below = contractRoutes.filter(
      ({ method, path }) => method === 'GET' && !/\$|findby/i.test(path) && !/^\/\w+(?:\/:id)?$/.test(path),
    );
    assert.ok(below.length > 15);
    for (const { path } of below) {
      const [, set = '', ...rest] = path.split('/');
      const last = rest.at(-1) ?? '';
      const type = sets.get(set.toLowerCase());
      const bound = rest[0] === ':id' ? type : `Collection(${type})`;
      assert.ok(functions.includes(`${last} of ${bound}`.toLowerCase()), path);
    }
    for (const { method, path } of contractRoutes)
      if (method === 'GET' && /^\/\w+$/.test(path)) assert.ok(sets.has(path.slice(1).toLowerCase()), path);
  });

  it('enums have their members, numbered', () => {
    const value = find('EnumType', 'DeviceValue');
    assert.deepEqual(
      value?.children.map(({ attributes }) => `${attributes['Name'] ?? ''} ${attributes['Value'] ?? ''}`),
      ['Normal 0', 'Low 1', 'High 2'],
    );
  });
});
