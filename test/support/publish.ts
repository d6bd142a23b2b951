import { realDocuments } from './published-documents.ts';
import { Publisher } from './publisher.ts';

// A publisher to try things against by hand: `node test/support/publish.ts [PORT] [FOLDER of ../shared/data]`.

const [port = '8099', folder = 'cvrf'] = process.argv.slice(2);
const publisher = await Publisher.start({ after: () => undefined }, realDocuments(folder), Number(port));
publisher.onRequest = (path) => process.stderr.write(`${path}\n`);
process.stdout.write(`KBGAP_MSRC_URL=${publisher.url}\n`);
