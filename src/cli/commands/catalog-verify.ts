import { existsSync } from 'node:fs';
import { KeyFolder, readPublicKeyFile } from '../../operations/key-folder.ts';
import { verifyBundle } from '../../operations/verify-bundle.ts';
import { verifyFolder } from '../../operations/verify-folder.ts';
import type { PublicKey } from '../../sources/bundle/minisign.ts';
import { dataFolderOf } from '../compose.ts';
import { exitCodes, UsageError } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';
import { tellWithoutDocument } from '../tell-without-document.ts';

interface VerifyOptions extends CommonOptions {
  readonly key?: string;
}

/** `kbgap catalog verify [FILE]`: a bundle, or without FILE what the data folder holds; exit 2 where something is wrong. */
export async function runCatalogVerify([file]: readonly string[], options: VerifyOptions): Promise<ExitCode> {
  if (file !== undefined) return tellBundle(file, options);
  if (options.key !== undefined) throw new UsageError('--key: expected a bundle beside it, got none');
  return tellFolder(options);
}

function tellBundle(file: string, options: VerifyOptions): ExitCode {
  const key = options.key === undefined ? undefined : readPublicKeyFile(options.key);
  const { signer, comment, manifest } = verifyBundle(file);
  if (key !== undefined && key.text !== signer.text)
    throw new UsageError(
      `${file}: expected a bundle signed by key ${key.id} (${options.key}), got one by key ${signer.id}`,
    );
  const knownAs = key === undefined ? findKnown(signer, options) : 'named';
  const count = (kind: string): number => manifest.sections.filter((section) => section.kind === kind).length;
  const result = {
    file,
    ok: true,
    contents: manifest.contents,
    catalogue: manifest.catalogue,
    documents: count('document'),
    withoutDocument: manifest.withoutDocument ?? [],
    feeds: count('feed'),
    sizeBytes: manifest.sections.reduce((total, { sizeBytes }) => total + sizeBytes, 0),
    keyId: signer.id,
    publicKey: signer.text,
    known: knownAs !== null,
    knownAs,
  };
  if (options.json === true) print(JSON.stringify(result, null, 2));
  else if (options.quiet !== true) {
    print(`${file}: whole: ${result.documents} documents, ${result.feeds} feeds`);
    print(comment);
    print(`signed by key ${signer.id}, ${knownAs === null ? 'which is not known here' : words[knownAs]}`);
  }
  tellWithoutDocument(file, result.withoutDocument);
  if (knownAs === null)
    say(
      `${file}: nothing was changed since key ${signer.text} signed it; whose key that is, the file cannot prove: use --key`,
    );
  return exitCodes.clean;
}

const words = {
  named: 'the one that --key names',
  own: "this data folder's own",
  trusted: 'which this data folder trusts',
} as const;

/** A data folder is not needed; one that is there says which keys it knows. */
function findKnown(signer: PublicKey, options: VerifyOptions): 'own' | 'trusted' | null {
  const folder = dataFolderOf(options);
  return existsSync(folder) ? (new KeyFolder(folder).find(signer)?.origin ?? null) : null;
}

async function tellFolder(options: VerifyOptions): Promise<ExitCode> {
  const folder = dataFolderOf(options);
  const result = await verifyFolder(folder);
  const ok = result.problems.length === 0;
  if (options.json === true) print(JSON.stringify({ folder, ok, ...result }, null, 2));
  else if (options.quiet !== true) {
    const { catalogueId, starter, documents, documentsKept, revisions, feeds } = result;
    print(`${starter ? 'starter catalogue' : 'catalogue'} ${catalogueId ?? 'cannot be read'}`);
    print(
      `${documents} documents, ${documentsKept} of them kept as published, ${revisions} revisions in all, ${feeds} feeds`,
    );
    if (ok) print('all hashes hold');
  }
  for (const problem of result.problems) say(problem);
  return ok ? exitCodes.clean : exitCodes.unusable;
}
