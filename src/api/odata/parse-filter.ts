import type { EntityType, PropertyFacts } from '../contract/edm.ts';
import { comparisons, textTests } from './filter.ts';
import type { Filter, Literal, Operand } from './filter.ts';
import { expected, literalOf } from './literals.ts';
import { odataError } from './odata-error.ts';
import { tokenize } from './tokens.ts';
import type { Token } from './tokens.ts';

const deepest = 50;
const option = '$filter';

/**
 * A `$filter` over an entity type. Names, operators and functions in any case; enums and GUIDs quoted or bare; dates bare or
 * quoted, with or without a time. Properties that do not exist, and those in `refused`, are an error.
 * @throws {ApiError} 400 `ODataError` with the position.
 */
export function parseFilter(filter: string, type: EntityType, refused: ReadonlySet<string> = new Set()): Filter {
  return new FilterParser(tokenize(filter), type, refused).whole();
}

/** The variable of an `any` and what it stands for. */
interface Variable {
  readonly name: string;
  readonly element: PropertyFacts;
}

class FilterParser {
  readonly #tokens: readonly Token[];
  readonly #type: EntityType;
  readonly #refused: ReadonlySet<string>;
  #variable: Variable | undefined;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], type: EntityType, refused: ReadonlySet<string>) {
    this.#tokens = tokens;
    this.#type = type;
    this.#refused = refused;
  }

  whole(): Filter {
    const tree = this.#either();
    if (this.#next.kind !== 'end') throw this.#unexpected('"and", "or" or the end');
    return tree;
  }

  #either(): Filter {
    const operands = [this.#both()];
    while (this.#takeWord('or')) operands.push(this.#both());
    return join('or', operands);
  }

  #both(): Filter {
    const operands = [this.#term()];
    while (this.#takeWord('and')) operands.push(this.#term());
    return join('and', operands);
  }

  #term(): Filter {
    this.#depth += 1;
    if (this.#depth > deepest)
      throw odataError(`$filter nests deeper than ${deepest} at position ${this.#next.position}.`);
    const tree = this.#innerTerm();
    this.#depth -= 1;
    return tree;
  }

  #innerTerm(): Filter {
    if (this.#isWord('not')) {
      this.#at += 1;
      return { kind: 'not', operand: this.#term() };
    }
    if (this.#take('open')) {
      const inner = this.#either();
      this.#expect('close', '")"');
      return this.#againstTruth(inner);
    }
    const name = this.#next;
    if (name.kind !== 'word') throw this.#unexpected('a property, "not" or "("');
    const test = textTests.find((each) => each === name.text.toLowerCase());
    if (this.#following.kind === 'open' && test !== undefined) return this.#textTest(test);
    if (this.#following.kind === 'open' && /\/any$/i.test(name.text)) return this.#any();
    return this.#comparison(this.#operand());
  }

  /** `startswith(computerDnsName,'pc')`, also `endswith(…) eq true`. */
  #textTest(operator: (typeof textTests)[number]): Filter {
    this.#at += 1;
    this.#expect('open', '"("');
    const on = this.#operand();
    this.#expect('comma', '","');
    const { text: value } = this.#expect('string', 'a quoted text');
    this.#expect('close', '")"');
    return this.#againstTruth({ kind: 'text', on, operator, value });
  }

  /** `machineTags/any(t: t eq 'lab')`, and `machineTags/any()`. */
  #any(): Filter {
    const name = this.#next;
    const property = this.#propertyOf({ ...name, text: name.text.replace(/\/any$/i, '') });
    if (!property.isList || this.#variable !== undefined)
      throw odataError(`$filter: "any" is for a list of values (position ${name.position}).`);
    this.#at += 1;
    this.#expect('open', '"("');
    if (this.#take('close')) return this.#againstTruth({ kind: 'any', property, test: undefined });
    const variable = this.#expect('word', 'a variable').text;
    this.#expect('colon', '":"');
    this.#variable = { name: variable.toLowerCase(), element: { ...property, isList: false } };
    const test = this.#either();
    this.#variable = undefined;
    this.#expect('close', '")"');
    return this.#againstTruth({ kind: 'any', property, test });
  }

  #againstTruth(tree: Filter): Filter {
    const isEqual = this.#takeWord('eq') ? true : this.#takeWord('ne') ? false : undefined;
    if (isEqual === undefined) return tree;
    const truth = this.#takeWord('true') ? true : this.#takeWord('false') ? false : undefined;
    if (truth === undefined) throw this.#unexpected('true or false');
    return truth === isEqual ? tree : { kind: 'not', operand: tree };
  }

  #comparison(on: Operand): Filter {
    const { property } = on;
    if (this.#takeWord('in')) return this.#membership(on);
    const operator = comparisons.find((each) => this.#isWord(each));
    if (operator === undefined) {
      if (property.type === 'Edm.Boolean') return { kind: 'compare', on, operator: 'eq', value: true };
      throw this.#unexpected('one of eq, ne, gt, ge, lt, le, in');
    }
    this.#at += 1;
    return { kind: 'compare', on, operator, value: this.#literal(property) };
  }

  #membership(on: Operand): Filter {
    this.#expect('open', '"("');
    const values: Literal[] = [];
    do values.push(this.#literal(on.property));
    while (this.#take('comma'));
    this.#expect('close', '")" or ","');
    return { kind: 'in', on, values };
  }

  /** A property, or `tolower(…)`, `toupper(…)`, `trim(…)` of one. */
  #operand(): Operand {
    const name = this.#expect('word', 'a property');
    if (this.#next.kind !== 'open') return { property: this.#propertyOf(name), isTrimmed: false };
    const called = name.text.toLowerCase();
    if (!['tolower', 'toupper', 'trim'].includes(called))
      throw odataError(`$filter: unknown function "${name.text}" at position ${name.position}.`);
    this.#depth += 1;
    if (this.#depth > deepest) throw odataError(`$filter nests deeper than ${deepest} at position ${name.position}.`);
    this.#expect('open', '"("');
    const inner = this.#operand();
    this.#expect('close', '")"');
    this.#depth -= 1;
    return called === 'trim' ? { ...inner, isTrimmed: true } : inner;
  }

  #literal(property: PropertyFacts): Literal {
    const token = this.#next;
    if (!['word', 'string', 'number', 'date', 'guid'].includes(token.kind)) throw this.#unexpected('a value');
    this.#at += 1;
    return literalOf(token, property, option);
  }

  #propertyOf({ text, position }: Token): PropertyFacts {
    const key = text.toLowerCase();
    if (this.#variable !== undefined) {
      if (key === this.#variable.name) return this.#variable.element;
      throw odataError(`$filter: expected "${this.#variable.name}" at position ${position}, got "${text}".`);
    }
    const property = this.#type.properties.get(key);
    if (property === undefined || property.isComplex || this.#refused.has(property.name))
      throw odataError(`$filter: ${this.#type.name} cannot be filtered by "${text}" (position ${position}).`);
    return property;
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', position: 0 };
  }

  get #following(): Token {
    return this.#tokens[this.#at + 1] ?? { kind: 'end', text: '', position: 0 };
  }

  #isWord(word: string): boolean {
    return this.#next.kind === 'word' && this.#next.text.toLowerCase() === word;
  }

  #takeWord(word: string): boolean {
    if (!this.#isWord(word)) return false;
    this.#at += 1;
    return true;
  }

  #take(kind: Token['kind']): boolean {
    if (this.#next.kind !== kind) return false;
    this.#at += 1;
    return true;
  }

  #expect(kind: Token['kind'], wanted: string): Token {
    const token = this.#next;
    if (token.kind !== kind) throw this.#unexpected(wanted);
    this.#at += 1;
    return token;
  }

  #unexpected(wanted: string): Error {
    return expected(option, wanted, this.#next);
  }
}

function join(kind: 'and' | 'or', operands: readonly Filter[]): Filter {
  const [first] = operands;
  return operands.length === 1 && first !== undefined ? first : { kind, operands };
}
