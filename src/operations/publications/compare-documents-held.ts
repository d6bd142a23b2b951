import type { Catalogue, ReleaseDocument } from '../../catalogue/catalogue.ts';
import type { DocumentChange } from './catalogue-change.ts';

/** Documents that came, went or are of another revision, by id. */
export function compareDocumentsHeld(
  before: Catalogue | undefined,
  after: Catalogue | undefined,
): readonly DocumentChange[] {
  const [old, now] = [byId(before), byId(after)];
  const ids = [...new Set([...old.keys(), ...now.keys()])].sort();
  return ids.flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)];
    const document = is ?? was;
    if (document === undefined || was?.hash === is?.hash) return [];
    return [
      {
        id: document.id,
        hash: [was?.hash ?? null, is?.hash ?? null],
        revisedAt: [was?.currentReleaseAt ?? null, is?.currentReleaseAt ?? null],
      },
    ];
  });
}

function byId(catalogue: Catalogue | undefined): ReadonlyMap<string, ReleaseDocument> {
  return new Map((catalogue?.documents ?? []).map((document) => [document.id.toLowerCase(), document]));
}
