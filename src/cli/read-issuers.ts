import { readFileSync } from 'node:fs';
import { isTrustworthyUrl } from '../api/auth/external-issuer.ts';
import type { ClaimPath, ExternalIssuer, SignIn, TenantRule } from '../api/auth/external-issuer.ts';
import { allRoles } from '../operations/roles.ts';

/** A mistake in the settings of issuers; all of them are told at once. */
class IssuerSettingsError extends Error {
  override readonly name = 'IssuerSettingsError';
  readonly code = 'issuer-settings';

  constructor(mistakes: readonly string[]) {
    super(mistakes.map((mistake) => `KBGAP_ISSUERS: ${mistake}`).join('\n'));
  }
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The issuers of a setting: JSON, or the name of a file that holds it; one object or a list. docs/sign-in.md has the fields.
 * @throws {IssuerSettingsError} naming every field that is wrong, what was expected and what came.
 */
export function readIssuers(setting: string): readonly ExternalIssuer[] {
  const value = parse(setting);
  const mistakes: string[] = [];
  const issuers = (Array.isArray(value) ? value : [value]).map((each, index) => {
    const name = Array.isArray(value) ? `issuer ${index + 1}` : 'the issuer';
    return toIssuer(each, (mistake) => mistakes.push(`${name}: ${mistake}`));
  });
  const names = issuers.flatMap(({ issuers: each }) => each);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) mistakes.push(`expected each issuer once, got ${show(twice)} twice`);
  const signIns = issuers.flatMap(({ signIn }) => (signIn === undefined ? [] : [signIn.id]));
  const same = signIns.find((id, index) => signIns.indexOf(id) !== index);
  if (same !== undefined) mistakes.push(`signIn.name: expected each name once, got ${show(same)} twice`);
  if (mistakes.length > 0) throw new IssuerSettingsError(mistakes);
  return issuers;
}

function parse(setting: string): unknown {
  let text = setting;
  try {
    if (!/^[[{]/.test(setting)) text = readFileSync(setting, 'utf8');
  } catch (error) {
    throw new IssuerSettingsError([
      `expected JSON or a file of it, but ${setting} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new IssuerSettingsError([`expected JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

type Tell = (mistake: string) => void;

const known = ['issuer', 'alsoIssuedAs', 'discovery', 'audience', 'tenant', 'roles', 'allowHttp', 'signIn'];

function toIssuer(value: unknown, tell: Tell): ExternalIssuer {
  const fields = objectOf(value);
  if (fields === undefined) tell(`expected an object, got ${show(value)}`);
  const { issuer, discovery, allowHttp = false, tenant, roles } = fields ?? {};
  for (const name of Object.keys(fields ?? {}))
    if (!known.includes(name)) tell(`expected fields out of ${known.join(', ')}, got "${name}"`);
  if (typeof allowHttp !== 'boolean') tell(`allowHttp: expected true or false, got ${show(allowHttp)}`);
  const url = (name: string, text: unknown): string => {
    if (typeof text === 'string' && isTrustworthyUrl(text.replace('{tid}', 'x'), allowHttp === true)) return text;
    tell(`${name}: expected an https address (http only of loopback, or with "allowHttp": true), got ${show(text)}`);
    return '';
  };
  const first = url('issuer', issuer);
  const others = textsOf(fields?.['alsoIssuedAs'] ?? [], 'alsoIssuedAs', tell).map((text) => url('alsoIssuedAs', text));
  const hasPlace = [first, ...others].some((each) => each.includes('{tid}'));
  if (hasPlace && discovery === undefined)
    tell('discovery: expected an address, since {tid} in the issuer names no single one');
  const [audience, ...audiences] = textsOf(fields?.['audience'], 'audience', tell);
  if (audience === undefined) tell('audience: expected what the tokens are for, one text or several');
  return Object.freeze({
    issuers: [first, ...others] as const,
    discoveryUrl:
      discovery === undefined
        ? `${first.replace(/\/+$/, '')}/.well-known/openid-configuration`
        : url('discovery', discovery),
    audiences: [audience ?? '', ...audiences] as const,
    tenant: tenantRuleOf(tenant, hasPlace, tell),
    ...rolesOf(roles, tell),
    allowHttp: allowHttp === true,
    ...(fields?.['signIn'] === undefined ? {} : { signIn: signInOf(fields['signIn'], tell) }),
  });
}

/** `{ "name", "clientId", "clientSecret"?, "scope"? }`; no secret in a message. */
function signInOf(value: unknown, tell: Tell): SignIn {
  const fields = objectOf(value);
  if (fields === undefined) tell('signIn: expected { "name", "clientId", "clientSecret", "scope" }');
  const names = ['name', 'clientId', 'clientSecret', 'scope'];
  for (const name of Object.keys(fields ?? {}))
    if (!names.includes(name)) tell(`signIn: expected fields out of ${names.join(', ')}, got "${name}"`);
  const text = (name: string): string | undefined => {
    const given = fields?.[name];
    if (given === undefined) return undefined;
    if (typeof given === 'string' && given.trim() !== '') return given.trim();
    tell(`signIn.${name}: expected text`);
    return undefined;
  };
  const [name, clientId, clientSecret] = [text('name'), text('clientId'), text('clientSecret')];
  for (const [field, given] of Object.entries({ name, clientId }))
    if (fields !== undefined && fields[field] === undefined && given === undefined)
      tell(`signIn.${field}: expected text, got nothing`);
  const scope = text('scope') ?? 'openid profile email';
  if (!scope.split(/\s+/).includes('openid'))
    tell(`signIn.scope: expected openid among the scopes, got ${show(scope)}`);
  const id =
    (name ?? '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') || 'provider';
  return {
    id,
    name: name ?? '',
    clientId: clientId ?? '',
    scope,
    ...(clientSecret === undefined ? {} : { clientSecret }),
  };
}

/** A name of ours, or `{ "claim": "tid", "tenants": { "<value>": "<name>" } }`. */
function tenantRuleOf(value: unknown, hasPlace: boolean, tell: Tell): TenantRule {
  if (typeof value === 'string' && value !== '') {
    if (hasPlace) tell('tenant: expected { "claim": "tid", "tenants": … }, since {tid} lets in tenants of others');
    return { kind: 'fixed', tenant: value };
  }
  const fields = objectOf(value);
  const claim = pathOf(fields?.['claim']);
  if (claim === undefined) {
    tell(`tenant: expected the name of a tenant, or { "claim", "tenants" }, got ${show(value)}`);
    return { kind: 'fixed', tenant: '' };
  }
  const tenants = fields?.['tenants'];
  if (hasPlace && (claim.join('.') !== 'tid' || tenants === undefined))
    tell('tenant: expected { "claim": "tid", "tenants": … }, since {tid} lets in tenants of others');
  if (tenants === undefined) return { kind: 'claim', claim };
  const entries = Object.entries(objectOf(tenants) ?? {});
  if (entries.length === 0)
    tell(`tenant.tenants: expected names of tenants by values of the claim, got ${show(tenants)}`);
  for (const [name, tenant] of entries)
    if (typeof tenant !== 'string')
      tell(`tenant.tenants: expected the name of a tenant for "${name}", got ${show(tenant)}`);
  return { kind: 'claim', claim, tenants: new Map(entries.map(([name, to]) => [name.toLowerCase(), String(to)])) };
}

const defaultRoleClaims: readonly ClaimPath[] = [['roles'], ['scp']];

/** `{ "claims": ["realm_access.roles"], "map": { "kbgap-reader": ["Software.Read.All"] } }` */
function rolesOf(value: unknown, tell: Tell): Pick<ExternalIssuer, 'roleClaims' | 'roleMap'> {
  if (value === undefined) return { roleClaims: defaultRoleClaims };
  const fields = objectOf(value);
  if (fields === undefined) tell(`roles: expected { "claims", "map" }, got ${show(value)}`);
  for (const name of Object.keys(fields ?? {}))
    if (name !== 'claims' && name !== 'map') tell(`roles: expected the fields claims and map, got "${name}"`);
  const { claims, map } = fields ?? {};
  const paths = claims === undefined ? defaultRoleClaims : listOf(claims).map((path) => pathOf(path));
  if (paths.length === 0 || paths.some((path) => path === undefined))
    tell(`roles.claims: expected names of claims such as "realm_access.roles", got ${show(claims)}`);
  const roleClaims = paths.filter((path) => path !== undefined);
  if (map === undefined) return { roleClaims };
  const entries = Object.entries(objectOf(map) ?? {});
  if (entries.length === 0) tell(`roles.map: expected roles of kbgap by names of the issuer's, got ${show(map)}`);
  return {
    roleClaims,
    roleMap: new Map(
      entries.map(([name, to]) => [
        name,
        textsOf(to, `roles.map of "${name}"`, tell).map((role) => roleOf(role, tell)),
      ]),
    ),
  };
}

/** Also a delegated one, `Software.Read`. */
function roleOf(text: string, tell: Tell): string {
  const roles = allRoles.flatMap((role) => [role, role.replace(/\.All$/, '')]);
  const found = roles.find((role) => role.toLowerCase() === text.trim().toLowerCase());
  if (found === undefined) tell(`roles.map: expected roles out of ${allRoles.join(', ')}, got "${text}"`);
  return found ?? '';
}

/** `realm_access.roles`, or its steps as a list where a name holds a dot; an address is one name. */
function pathOf(value: unknown): ClaimPath | undefined {
  const steps = typeof value === 'string' ? (value.includes('/') ? [value] : value.split('.')) : listOf(value);
  const texts = steps.filter((step): step is string => typeof step === 'string' && step !== '');
  const [first, ...others] = texts;
  return first === undefined || texts.length !== steps.length ? undefined : [first, ...others];
}

function textsOf(value: unknown, name: string, tell: Tell): readonly string[] {
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
  const texts = list.filter((each): each is string => typeof each === 'string' && each.trim() !== '');
  if (texts.length !== list.length) tell(`${name}: expected text, got ${show(value)}`);
  return texts;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function objectOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function show(value: unknown): string {
  // No password in a message.
  return (JSON.stringify(value) ?? 'nothing').replaceAll(/\/\/[^/@"]*@/g, '//…@').slice(0, 200);
}
