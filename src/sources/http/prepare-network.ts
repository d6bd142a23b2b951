import { setGlobalProxyFromEnv } from 'node:http';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/**
 * Makes the requests of this thread go through the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name, and trust the
 * certificates that the system trusts: companies add their own.
 */
export function prepareNetwork(): void {
  setGlobalProxyFromEnv();
  setDefaultCACertificates([...getCACertificates('default'), ...getCACertificates('system')]);
}
