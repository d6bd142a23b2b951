/** What stands at `/` until there is a page: the routes, and where the token goes. */
export const frontPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>kbgap</title>
<h1>kbgap</h1>
<p>Which security updates (KBs) is a Windows device missing, and why? This server answers in the shape of the Microsoft
Defender for Endpoint API.</p>
<h2>Routes</h2>
<ul>
<li><code>GET /api/machines</code>, with <code>$filter</code>, <code>$top</code>, <code>$skip</code>, <code>$count</code></li>
<li><code>GET /api/machines/{id or name}</code></li>
<li><code>GET /api/machines/{id or name}/getmissingkbs</code></li>
<li><code>GET /api/machines/{id or name}/software</code></li>
<li><code>GET /api/Software/{id}/getmissingkbs</code>, for example <code>microsoft-_-windows_10</code></li>
<li><code>POST /v1/reports</code>: a systeminfo text, a wmic qfe list or a native inventory</li>
<li><code>GET /v1/devices/{id or name}/assessment</code></li>
<li><code>GET /v1/status</code></li>
<li><code>GET /healthz</code>, <code>/readyz</code>, <code>/metrics</code></li>
</ul>
<h2>Token</h2>
<p>Send <code>Authorization: Bearer TOKEN</code> with every request below <code>/api</code> and <code>/v1</code>. A token comes from
<code>POST /{tenant}/oauth2/v2.0/token</code> (or <code>/{tenant}/oauth2/token</code>) with a client's credentials, made by
<code>kbgap client create NAME</code>; or from <code>kbgap token</code>.</p>
</html>
`;
