import { assess, identify, judge } from '../assessment/assess.ts';
import { firstLooks } from '../assessment/first-looks.ts';
import { explain } from '../assessment/explain.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Engine } from './engine.ts';

/** The rules over one catalogue, judging by all that it knows. */
export function catalogueEngine(catalogue: Catalogue, starter: boolean): Engine {
  return {
    catalogue: catalogue.summary,
    starter,
    published: catalogue,
    isForThreads: true,
    firstSteps: firstLooks.map((look) => () => look(catalogue)),
    judge: (state) => judge(state, catalogue, { asOf: null }),
    assess: (state, asOf) => assess(state, catalogue, { asOf }),
    identify: (state) => identify(state, catalogue),
    explain: (state, kb, asOf) => explain(state, catalogue, { kb }, { asOf }),
  };
}
