import type { FilterTree } from '../../store/filter.ts';
import { machineProperties } from './machine-properties.ts';
import type { MachineProperty } from './machine-properties.ts';
import { odataError } from './odata-error.ts';
import { tokenize } from './tokens.ts';
import type { Token } from './tokens.ts';

const deepest = 50;
const comparisons = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
const textFunctions = ['startswith', 'endswith', 'contains'] as const;
type Comparison = (typeof comparisons)[number];

/**
 * A `$filter` over machines as a predicate tree. Names, operators and functions in any case; enums and GUIDs as quoted
 * strings; dates bare or quoted, with or without a time. @throws {ApiError} 400 `ODataError` with the position.
 */
export function parseFilter(filter: string): FilterTree {
  const parser = new FilterParser(tokenize(filter));
  return parser.whole();
}

class FilterParser {
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  whole(): FilterTree {
    const tree = this.either();
    if (this.next.kind !== 'end') throw this.unexpected('"and", "or" or the end');
    return tree;
  }

  private either(): FilterTree {
    const operands = [this.both()];
    while (this.takeWord('or')) operands.push(this.both());
    return join('or', operands);
  }

  private both(): FilterTree {
    const operands = [this.term()];
    while (this.takeWord('and')) operands.push(this.term());
    return join('and', operands);
  }

  private term(): FilterTree {
    this.depth += 1;
    if (this.depth > deepest)
      throw odataError(`$filter nests deeper than ${deepest} at position ${this.next.position}.`);
    const tree = this.innerTerm();
    this.depth -= 1;
    return tree;
  }

  private innerTerm(): FilterTree {
    if (this.takeWord('not')) return { kind: 'not', operand: this.term() };
    if (this.take('open')) {
      const inner = this.either();
      this.expect('close', '")"');
      return inner;
    }
    const name = this.next;
    if (name.kind !== 'word') throw this.unexpected('a property, "not" or "("');
    this.at += 1;
    if (this.next.kind === 'open') return this.call(name);
    return this.comparison(propertyOf(name));
  }

  /** `startswith(computerDnsName,'pc')`, also `endswith(…) eq true`. */
  private call(name: Token): FilterTree {
    const operator = textFunctions.find((each) => each === name.text.toLowerCase());
    if (operator === undefined)
      throw odataError(`$filter: unknown function "${name.text}" at position ${name.position}.`);
    this.expect('open', '"("');
    const property = propertyOf(this.expect('word', 'a property'));
    this.expect('comma', '","');
    const { text: value } = this.expect('string', 'a quoted text');
    this.expect('close', '")"');
    const tree: FilterTree =
      property.kind === 'stored'
        ? { kind: 'text', property: property.property, operator, value }
        : { kind: 'constant', value: matchesText(property.value, operator, value) };
    return this.againstTruth(tree);
  }

  private againstTruth(tree: FilterTree): FilterTree {
    const operator = this.takeWord('eq') ? 'eq' : this.takeWord('ne') ? 'ne' : undefined;
    if (operator === undefined) return tree;
    const truth = this.takeWord('true') ? true : this.takeWord('false') ? false : undefined;
    if (truth === undefined) throw this.unexpected('true or false');
    return truth === (operator === 'eq') ? tree : { kind: 'not', operand: tree };
  }

  private comparison(property: MachineProperty): FilterTree {
    if (this.takeWord('in')) return this.membership(property);
    const operator = comparisons.find((each) => this.isWord(each));
    if (operator === undefined) throw this.unexpected('one of eq, ne, gt, ge, lt, le, in');
    this.at += 1;
    const value = this.literal(property);
    if (property.kind === 'stored') return { kind: 'compare', property: property.property, operator, value };
    return { kind: 'constant', value: compareFixed(property.value, operator, value) };
  }

  private membership(property: MachineProperty): FilterTree {
    this.expect('open', '"("');
    const values: string[] = [];
    do {
      const value = this.literal(property);
      if (value !== null) values.push(value);
    } while (this.take('comma'));
    this.expect('close', '")" or ","');
    if (property.kind === 'stored') return { kind: 'in', property: property.property, values };
    return { kind: 'constant', value: values.some((value) => compareFixed(property.value, 'eq', value)) };
  }

  private literal(property: MachineProperty): string | null {
    const token = this.next;
    if (token.kind === 'word' && token.text.toLowerCase() === 'null') {
      this.at += 1;
      return null;
    }
    const isWord = token.kind === 'word' && /^(?:true|false)$/i.test(token.text);
    if (token.kind !== 'string' && token.kind !== 'number' && token.kind !== 'date' && !isWord)
      throw this.unexpected('a value');
    this.at += 1;
    return property.kind === 'stored' && property.isDate ? instantOf(token) : token.text;
  }

  private get next(): Token {
    return this.tokens[this.at] ?? { kind: 'end', text: '', position: 0 };
  }

  private isWord(word: string): boolean {
    return this.next.kind === 'word' && this.next.text.toLowerCase() === word;
  }

  private takeWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.at += 1;
    return true;
  }

  private take(kind: Token['kind']): boolean {
    if (this.next.kind !== kind) return false;
    this.at += 1;
    return true;
  }

  private expect(kind: Token['kind'], expected: string): Token {
    const token = this.next;
    if (token.kind !== kind) throw this.unexpected(expected);
    this.at += 1;
    return token;
  }

  private unexpected(expected: string): Error {
    const { text, kind, position } = this.next;
    return odataError(
      `$filter: expected ${expected} at position ${position}, got ${kind === 'end' ? 'the end' : `"${text}"`}.`,
    );
  }
}

function join(kind: 'and' | 'or', operands: readonly FilterTree[]): FilterTree {
  const [first] = operands;
  return operands.length === 1 && first !== undefined ? first : { kind, operands };
}

function propertyOf({ text, position }: Token): MachineProperty {
  const property = machineProperties.get(text.toLowerCase());
  if (property === undefined)
    throw odataError(`$filter: a machine cannot be filtered by "${text}" (position ${position}).`);
  return property;
}

/** `2018-08-01Z` and `2019-11-22T00:00:00Z` as instants in UTC. */
function instantOf({ text, position }: Token): string {
  const whole = /^\d{4}-\d\d-\d\dZ?$/.test(text)
    ? `${text.slice(0, 10)}T00:00:00Z`
    : /(?:Z|[+-]\d\d:\d\d)$/.test(text)
      ? text
      : `${text}Z`;
  const time = Date.parse(whole);
  if (Number.isNaN(time) || !isDay(text.slice(0, 10)))
    throw odataError(`$filter: expected a date such as 2019-11-22T00:00:00Z at position ${position}, got "${text}".`);
  return new Date(time).toISOString();
}

/** `Date.parse` takes 31 February for 3 March. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function compareFixed(fixed: string | null, operator: Comparison, value: string | null): boolean {
  if (operator === 'eq' || operator === 'ne')
    return (fixed?.toLowerCase() === value?.toLowerCase()) === (operator === 'eq');
  if (fixed === null || value === null) return false;
  const order = fixed < value ? -1 : fixed > value ? 1 : 0;
  return operator === 'gt' ? order > 0 : operator === 'ge' ? order >= 0 : operator === 'lt' ? order < 0 : order <= 0;
}

function matchesText(fixed: string | null, operator: (typeof textFunctions)[number], value: string): boolean {
  const text = fixed?.toLowerCase() ?? '';
  const wanted = value.toLowerCase();
  return operator === 'contains'
    ? text.includes(wanted)
    : operator === 'startswith'
      ? text.startsWith(wanted)
      : text.endsWith(wanted);
}
