/** What a client sends to the token routes. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Shown once: only the secret's hash is kept. Ids are GUIDs. */
export interface IssuedClient extends ClientCredentials {
  readonly tenantId: string;
}
