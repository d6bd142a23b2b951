import type { CatalogueState } from '../operations/application.ts';

/** What stands at `/` where the page is not built. */
export function frontPage(catalogue: CatalogueState): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>kbgap</title>
${frontPageBody(catalogue)}</html>
`;
}

/** In plain words, also for those who run no script: how old the knowledge is and what of it is in doubt, the routes, where the token goes. */
export function frontPageBody(catalogue: CatalogueState): string {
  return `<h1>kbgap</h1>
<p>Which security updates (KBs) is a Windows device missing, and why? This server answers in the shape of the Microsoft
Defender for Endpoint API.</p>
<h2>Catalogue</h2>
${catalogueText(catalogue)}
<h2>Routes</h2>
<ul>
<li><code>GET /api/machines</code>, with <code>$filter</code>, <code>$top</code>, <code>$skip</code>, <code>$count</code></li>
<li><code>GET /api/machines/{id or name}</code></li>
<li><code>GET /api/machines/{id or name}/getmissingkbs</code></li>
<li><code>GET /api/machines/{id or name}/software</code></li>
<li><code>GET /api/Software/{id}/getmissingkbs</code>, for example <code>microsoft-_-windows_10</code></li>
<li><code>POST /v1/reports</code>: one inventory in any readable format; <code>/v1/reports/bulk</code>: native ones, one a line</li>
<li><code>GET /v1/devices/{id or name}/assessment</code>, <code>/facts</code></li>
<li><code>GET /v1/status</code></li>
<li><code>GET /healthz</code>, <code>/readyz</code>, <code>/metrics</code></li>
</ul>
<p><a href="/v1/docs">All of them</a>, and <a href="/v1/openapi.json">as OpenAPI</a>.</p>
<h2>Token</h2>
<p>Send <code>Authorization: Bearer TOKEN</code> with every request below <code>/api</code> and <code>/v1</code>. A token comes from
<code>POST /{tenant}/oauth2/v2.0/token</code> (or <code>/{tenant}/oauth2/token</code>) with a client's credentials, made by
<code>kbgap client create NAME</code>; or from <code>kbgap token</code>.</p>
`;
}

function catalogueText({ newestRelease, ageDays, starter, stale, staleReason, quarantined }: CatalogueState): string {
  const age = ageDays === null ? 'of unknown age' : `${ageDays} days old`;
  const lines = [
    `<p>${starter ? 'Starter catalogue' : 'Catalogue'} to ${textOf(newestRelease ?? 'no release')}, ${age}.</p>`,
  ];
  if (stale) {
    lines.push(
      `<p role="alert"><strong>Too old</strong> (${textOf(staleReason ?? 'old')}): updates published since are not judged. Run <code>kbgap catalog sync</code>.</p>`,
    );
  }
  if (quarantined.length > 0) {
    const items = quarantined.map(
      ({ id, kind, reason }) => `<li>${textOf(id)}: ${textOf(kind)}, ${textOf(reason)}</li>`,
    );
    lines.push(
      '<p role="alert"><strong>In quarantine</strong>: documents that were not believed; the last good ones stay in use. See <code>kbgap catalog quarantine list</code>.</p>',
      `<ul>${items.join('')}</ul>`,
    );
  }
  return lines.join('\n');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Reasons quote what a publisher sent. */
function textOf(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
