import { Catalogue } from '../catalogue/catalogue.ts';
import type { Corrections } from '../catalogue/corrections.ts';
import { catalogueEngine } from './catalogue-engine.ts';
import type { CatalogueFolder } from './catalogue-folder.ts';
import { DocumentHistory } from './document-history.ts';
import type { Engine } from './engine.ts';

/** Makes engines over the knowledge of past days; the last two asked for are kept, each takes seconds to make. */
export function enginesKnownAt(folder: CatalogueFolder, corrections: Corrections): (day: string) => Promise<Engine> {
  const kept = new Map<string, Promise<Engine>>();
  return (day) => {
    // An import notes more documents, for past days too.
    const history = new DocumentHistory(folder.documentFolder);
    const key = `${day} ${history.list().length}`;
    let engine = kept.get(key);
    if (engine === undefined) {
      engine = history
        .compileKnownAt(day)
        .then((bytes) => catalogueEngine(Catalogue.fromBytes(bytes, corrections), false));
      kept.set(key, engine);
      engine.catch(() => kept.delete(key));
      for (const old of [...kept.keys()].slice(0, -2)) kept.delete(old);
    }
    return engine;
  };
}
