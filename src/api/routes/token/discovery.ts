import { createPublicKey } from 'node:crypto';
import type { SigningKey, Tenant } from '../../../store/store.ts';
import { issuerOf } from '../../auth/issue-token.ts';
import type { TokenVersion } from '../../auth/issue-token.ts';

/**
 * OpenID Provider Metadata (OpenID Connect Discovery 1.0, section 3), with what MSAL insists on: an `authorization_endpoint`,
 * though nobody can sign in there.
 */
export function openIdConfiguration(baseUrl: string, tenant: Tenant, version: TokenVersion): object {
  const below = (path: string): string => `${baseUrl}/${tenant.id}/${path}`;
  const [oauth2, discovery] = version === 'v1' ? ['oauth2', 'discovery'] : ['oauth2/v2.0', 'discovery/v2.0'];
  return {
    token_endpoint: below(`${oauth2}/token`),
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    jwks_uri: below(`${discovery}/keys`),
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['token'],
    grant_types_supported: ['client_credentials'],
    scopes_supported: ['.default'],
    issuer: issuerOf(baseUrl, tenant.id, version),
    authorization_endpoint: below(`${oauth2}/authorize`),
    claims_supported: [
      'aud',
      'iss',
      'iat',
      'nbf',
      'exp',
      'sub',
      'oid',
      'tid',
      'roles',
      'ver',
      'idtyp',
      version === 'v1' ? 'appid' : 'azp',
    ],
  };
}

/** A JSON Web Key Set (RFC 7517, section 5) of public keys, the one that signs first. */
export function keySet(keys: readonly SigningKey[]): object {
  return {
    keys: keys.map(({ kid, publicKeyPem }) => {
      const { kty, n, e } = createPublicKey(publicKeyPem).export({ format: 'jwk' });
      return { kty, use: 'sig', alg: 'RS256', kid, n, e };
    }),
  };
}

/**
 * What MSAL asks of its authority's host where it does not know it: which names the authority has, and where a tenant's discovery
 * document is. A client whose `login.microsoftonline.com` is led to kbgap comes here.
 */
export function instanceDiscovery(baseUrl: string, authorizationEndpoint: string | undefined): object {
  const host = baseUrl.replace(/^https?:\/\//, ''); // as the request names it, which need not be a good one
  const tenant = /^https?:\/\/[^/?#]+\/([\w.-]{1,100})\//.exec(authorizationEndpoint ?? '')?.[1] ?? 'common';
  return {
    tenant_discovery_endpoint: `${baseUrl}/${tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}
