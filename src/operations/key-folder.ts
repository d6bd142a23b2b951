import type { KeyObject } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createPrivateKeyPem,
  formatPublicKey,
  parsePrivateKey,
  parsePublicKey,
  publicKeyOf,
} from '../sources/bundle/minisign.ts';
import type { PublicKey } from '../sources/bundle/minisign.ts';

/** A key that cannot be used: the file is none, there is one already, or none where one is needed. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
  readonly code = 'key';
}

/** Why a key is known here. */
export type KeyOrigin = 'own' | 'trusted';

export interface KnownKey extends PublicKey {
  readonly origin: KeyOrigin;
}

/**
 * Keys of a data folder's bundles: `keys/bundle.key` signs what is exported (PEM, for its owner alone), `keys/bundle.pub` goes
 * to whoever imports, `keys/trusted/<ID>.pub` are those of others whose bundles are taken in. Public keys are minisign's.
 */
export class KeyFolder {
  private readonly folder: string;

  constructor(dataFolder: string) {
    this.folder = join(dataFolder, 'keys');
  }

  get privateFile(): string {
    return join(this.folder, 'bundle.key');
  }

  /** The key that signs; `undefined` where none was made yet. @throws {KeyError} where its file is damaged. */
  findOwn(): { readonly privateKey: KeyObject; readonly publicKey: PublicKey } | undefined {
    if (!existsSync(this.privateFile)) return undefined;
    try {
      const privateKey = parsePrivateKey(readFileSync(this.privateFile, 'utf8'));
      return { privateKey, publicKey: publicKeyOf(privateKey) };
    } catch (error) {
      throw keyError(this.privateFile, error);
    }
  }

  /** @throws {KeyError} where there is a key already. */
  create(): PublicKey {
    const existing = this.findOwn();
    if (existing !== undefined)
      throw new KeyError(`expected no key at ${this.privateFile}, but key ${existing.publicKey.id} is there already`);
    return this.ensure().publicKey;
  }

  /** The own key, made where there is none. Of two processes that make one at once, both end with the first one's. */
  ensure(): { readonly privateKey: KeyObject; readonly publicKey: PublicKey; readonly isNew: boolean } {
    const existing = this.findOwn();
    if (existing !== undefined) return { ...existing, isNew: false };
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const temporary = `${this.privateFile}.${process.pid}.new`;
    writeFileSync(temporary, createPrivateKeyPem(), { mode: 0o600, flush: true });
    let isNew = true;
    try {
      linkSync(temporary, this.privateFile); // unlike renaming, never replaces a key
    } catch (error) {
      if (!existsSync(this.privateFile)) throw error;
      isNew = false;
    } finally {
      unlinkSync(temporary);
    }
    const own = this.findOwn();
    if (own === undefined) throw new KeyError(`expected a key at ${this.privateFile}, but it is gone again`);
    writeFileSync(join(this.folder, 'bundle.pub'), formatPublicKey(own.publicKey), { mode: 0o644 });
    return { ...own, isNew };
  }

  /** Takes the key in a `.pub` file as known from now on. @throws {KeyError} where the file holds none. */
  trust(file: string): PublicKey {
    const key = readPublicKeyFile(file);
    const trusted = join(this.folder, 'trusted');
    const place = join(trusted, `${key.id}.pub`);
    if (existsSync(place) && readPublicKeyFile(place).text !== key.text)
      throw new KeyError(`${file}: another key with the id ${key.id} is trusted already: ${place}`);
    mkdirSync(trusted, { recursive: true, mode: 0o700 });
    writeFileSync(place, formatPublicKey(key), { mode: 0o600 });
    return key;
  }

  /** No longer known. @throws {KeyError} where no trusted key has this id. */
  distrust(id: string): PublicKey {
    const key = this.listTrusted().find((each) => each.id === id.toUpperCase());
    if (key === undefined)
      throw new KeyError(`expected the id of a trusted key, got ${JSON.stringify(id.slice(0, 100))}`);
    unlinkSync(join(this.folder, 'trusted', `${key.id}.pub`));
    return key;
  }

  /** The own key first, then the trusted ones by id. @throws {KeyError} where a file is damaged. */
  list(): readonly KnownKey[] {
    const own = this.findOwn()?.publicKey;
    const trusted = this.listTrusted().map((key): KnownKey => ({ ...key, origin: 'trusted' }));
    return own === undefined ? trusted : [{ ...own, origin: 'own' }, ...trusted];
  }

  /** Compared as a whole: an id alone is eight bytes. */
  find({ text }: PublicKey): KnownKey | undefined {
    return this.list().find((key) => key.text === text);
  }

  private listTrusted(): readonly PublicKey[] {
    const folder = join(this.folder, 'trusted');
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter((name) => name.endsWith('.pub'));
    return names.sort().map((name) => readPublicKeyFile(join(folder, name)));
  }
}

/** @throws {KeyError} naming the file. */
export function readPublicKeyFile(file: string): PublicKey {
  try {
    return parsePublicKey(readFileSync(file, 'utf8'));
  } catch (error) {
    throw keyError(file, error);
  }
}

function keyError(file: string, error: unknown): KeyError {
  return new KeyError(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}
