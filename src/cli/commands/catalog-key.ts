import { localOperator } from '../../operations/audit.ts';
import { KeyError, KeyFolder } from '../../operations/key-folder.ts';
import { formatPublicKey } from '../../sources/bundle/minisign.ts';
import type { PublicKey } from '../../sources/bundle/minisign.ts';
import { dataFolderOf } from '../compose.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';
import { record } from '../record.ts';

/** `kbgap catalog key create`: the key that signs this folder's bundles. */
export async function runKeyCreate(_: readonly string[], options: CommonOptions): Promise<ExitCode> {
  return show(keysOf(options).create(), options);
}

/** `kbgap catalog key show`: the public key, as a file to hand on. */
export async function runKeyShow(_: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const own = keysOf(options).findOwn();
  if (own === undefined)
    throw new KeyError('expected a key to show, but none was made yet: kbgap catalog key create, or the first export');
  return show(own.publicKey, options);
}

/** `kbgap catalog key trust FILE`: bundles of this key are taken in from now on. */
export async function runKeyTrust([file = '']: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const key = keysOf(options).trust(file);
  await record(options, { by: localOperator, action: 'bundle-key.trusted', subject: key.id });
  if (options.json === true) print(JSON.stringify({ keyId: key.id, publicKey: key.text }));
  else if (options.quiet !== true) print(`key ${key.id} is trusted: ${key.text}`);
  return exitCodes.clean;
}

/** `kbgap catalog key distrust ID`: no longer. */
export async function runKeyDistrust([id = '']: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const key = keysOf(options).distrust(id);
  await record(options, { by: localOperator, action: 'bundle-key.distrusted', subject: key.id });
  if (options.json === true) print(JSON.stringify({ keyId: key.id, publicKey: key.text }));
  else if (options.quiet !== true) print(`key ${key.id} is no longer trusted`);
  return exitCodes.clean;
}

/** `kbgap catalog key list`: the own key and the trusted ones. */
export async function runKeyList(_: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const keys = keysOf(options).list();
  if (options.json === true)
    print(
      JSON.stringify(
        keys.map(({ id, text, origin }) => ({ keyId: id, publicKey: text, origin })),
        null,
        2,
      ),
    );
  else for (const { id, text, origin } of keys) print(`${id}  ${origin.padEnd(7)}  ${text}`);
  if (keys.length === 0 && options.quiet !== true) say('no keys: none was made here and none is trusted');
  return exitCodes.clean;
}

function keysOf(options: CommonOptions): KeyFolder {
  return new KeyFolder(dataFolderOf(options));
}

function show(key: PublicKey, options: CommonOptions): ExitCode {
  if (options.json === true) print(JSON.stringify({ keyId: key.id, publicKey: key.text }));
  else print(formatPublicKey(key).trimEnd());
  return exitCodes.clean;
}
