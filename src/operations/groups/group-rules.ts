import type { GroupOf, GroupRow, GroupRule, RuledDevice } from '../../store/group-store.ts';
import { nameKey } from '../../store/name-key.ts';
import { AddressRanges } from './address-ranges.ts';
import { GroupFormatError } from './group-error.ts';
import { fitsPattern } from './pattern.ts';

type Condition = (device: RuledDevice) => boolean;

/** Values of one kind in a rule. */
const mostValues = 200;
const longestValue = 255;

/** The name of the group that each device falls into: the first by rank whose rule fits, `''` where none does. */
export function compileRules(groups: readonly GroupRow[]): GroupOf {
  const compiled = groups
    .map(({ name, rule }) => ({ name, conditions: conditionsOf(rule) }))
    .filter(({ conditions }) => conditions.length > 0);
  return (device) => compiled.find(({ conditions }) => conditions.every((condition) => condition(device)))?.name ?? '';
}

/** As it is kept: without blanks around values, each once. @throws {GroupFormatError} */
export function parseRule(given: Partial<GroupRule>): GroupRule {
  const rule = {
    tags: valuesOf(given.tags),
    names: valuesOf(given.names),
    osPlatforms: valuesOf(given.osPlatforms),
    ipRanges: valuesOf(given.ipRanges),
  };
  for (const range of rule.ipRanges) {
    if (!new AddressRanges().add(range))
      throw new GroupFormatError('an address or a network such as 10.1.0.0/16', range);
  }
  return rule;
}

function valuesOf(given: readonly string[] = []): readonly string[] {
  const values = [...new Set(given.map((value) => value.trim()))];
  if (values.length > mostValues) throw new GroupFormatError(`at most ${mostValues} values of one kind`, values.length);
  for (const value of values) {
    if (value === '' || value.length > longestValue)
      throw new GroupFormatError(`a value of 1 to ${longestValue} characters`, value);
  }
  return values;
}

function conditionsOf({ tags, names, osPlatforms, ipRanges }: GroupRule): readonly Condition[] {
  const conditions: Condition[] = [];
  if (tags.length > 0) {
    const fits = anyPattern(tags);
    conditions.push((device) => device.tags.some(fits));
  }
  if (names.length > 0) {
    const fits = anyPattern(names);
    conditions.push(({ name }) => name !== null && fits(name));
  }
  if (osPlatforms.length > 0) {
    const fits = anyPattern(osPlatforms);
    conditions.push(({ osPlatform }) => osPlatform !== null && fits(osPlatform));
  }
  if (ipRanges.length > 0) {
    const ranges = new AddressRanges();
    for (const range of ipRanges) ranges.add(range);
    conditions.push(({ ipAddresses }) => ipAddresses.some((address) => ranges.has(address)));
  }
  return conditions;
}

function anyPattern(patterns: readonly string[]): (text: string) => boolean {
  const folded = patterns.map(nameKey);
  return (text) => {
    const key = nameKey(text);
    return folded.some((pattern) => fitsPattern(pattern, key));
  };
}
