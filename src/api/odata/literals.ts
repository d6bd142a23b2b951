import type { PropertyFacts } from '../contract/edm.ts';
import { parseInstant } from '../../store/instant.ts';
import type { Literal } from './filter.ts';
import { odataError } from './odata-error.ts';
import type { Token } from './tokens.ts';

/** The literal in the form of the property it is compared with. Quotes are optional for all but texts. @throws {ApiError} */
export function literalOf(token: Token, property: PropertyFacts, option: string): Literal {
  const { kind, text } = token;
  if (kind === 'word' && text.toLowerCase() === 'null') return null;
  const isTruth = /^(?:true|false)$/i.test(text);
  if (kind === 'word' && !isTruth && !isMember(text, property)) throw expected(option, 'a value', token);
  switch (property.type) {
    case 'Edm.DateTimeOffset':
      return instantOf(token, option);
    case 'Edm.Int32':
    case 'Edm.Int64':
    case 'Edm.Single':
    case 'Edm.Double':
      return numberOf(token, property, option);
    case 'Edm.Boolean':
      if (!isTruth) throw expected(option, `true or false for ${property.name}`, token);
      return text.toLowerCase() === 'true';
    default:
      return text;
  }
}

/** Of the property's enum: those need no quotes. */
function isMember(text: string, { isEnum, item }: PropertyFacts): boolean {
  return isEnum && item.enum?.some((member) => member.toLowerCase() === text.toLowerCase()) === true;
}

function numberOf(token: Token, { name }: PropertyFacts, option: string): number {
  const value = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(token.text.trim()) ? Number(token.text) : Number.NaN;
  if (!Number.isFinite(value)) throw expected(option, `a number for ${name}`, token);
  return value;
}

/** `2018-08-01Z` and `2019-11-22T00:00:00Z` as instants in UTC; up to seven decimals stay, as Defender's instants have them. */
function instantOf(token: Token, option: string): string {
  const instant = parseInstant(token.text);
  if (instant === undefined) throw expected(option, 'a date such as 2019-11-22T00:00:00Z', token);
  if (instant.isExact) return instant.iso;
  const beyond = /\.\d{3}(\d+)/.exec(token.text)?.[1] ?? '';
  return `${instant.iso.slice(0, -1)}${beyond}Z`;
}

/** The error for a token that stands where something else should. */
export function expected(option: string, wanted: string, { kind, text, position }: Token): Error {
  const got = kind === 'end' ? 'the end' : `"${text.slice(0, 40)}"`;
  return odataError(`${option}: expected ${wanted} at position ${position}, got ${got}.`);
}
