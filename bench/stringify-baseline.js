import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

// A server that writes the rows of a file as JSON for each request: what a list costs at least. `node stringify-baseline.js FILE`.

const [file] = process.argv.slice(2);
const answer = JSON.parse(readFileSync(file, 'utf8'));
const server = createServer((_request, response) => {
  const body = Buffer.from(JSON.stringify(answer));
  response
    .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length })
    .end(body);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`);
});
process.once('SIGTERM', () => process.exit(0));
