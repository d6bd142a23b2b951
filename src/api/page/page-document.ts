import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the build leaves where a nonce belongs (`html.cspNonce` in web/vite.config.ts). */
const nonceMark = 'nonce-of-this-answer';
/** In web/index.html: what those see whose browser runs no script. */
const withoutScriptMark = '<!--without-script-->';

/** The page's one document, made anew for each answer. */
export interface PageDocument {
  render(nonce: string, withoutScript: string): string;
}

/** @throws where the folder holds no built page. */
export function readPageDocument(folder: string): PageDocument {
  const template = readFileSync(join(folder, 'index.html'), 'utf8');
  return {
    render: (nonce, withoutScript) =>
      template.replaceAll(nonceMark, nonce).replace(withoutScriptMark, () => withoutScript),
  };
}
