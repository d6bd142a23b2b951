import { ruleSetVersion } from '../../assessment/rules/rules.ts';
import type { DeviceSnapshot, SnapshotDevice } from '../../store/device-snapshot.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { OperationContext } from '../context.ts';
import type { Engine } from '../engine.ts';
import { sees } from '../scope.ts';
import type { Scope } from '../scope.ts';
import { Turn } from '../turn.ts';
import { Verdicts } from '../verdicts.ts';
import { formatCursor, parseCursor, scopeMark } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { linesOf } from './state-lines.ts';
import type { JudgedPart, LinesByState, MissingPart } from './state-lines.ts';

/** One thing that a client with an older list has to learn; of an empty list, all there is. */
export type MissingKbLine =
  | { readonly type: 'device'; readonly device: SnapshotDevice; readonly judged: JudgedPart }
  | { readonly type: 'missing'; readonly device: SnapshotDevice; readonly update: MissingPart }
  | { readonly type: 'resolved'; readonly deviceId: string; readonly kb: KbNumber }
  | { readonly type: 'deleted'; readonly deviceId: string };

/** The list of a scope at one moment. */
export interface MissingKbList {
  /** For the next question; known before the lines are. */
  readonly cursor: string;
  readonly lines: AsyncIterable<readonly MissingKbLine[]>;
  /** Lets the moment go; also where no or not all lines were read. */
  close(): void;
}

/** A cursor that no list can be continued from: ask for the whole list. */
class CursorTooOldError extends Error {
  override readonly name = 'CursorTooOldError';
  readonly code = 'cursor-too-old';
}

class CursorFormatError extends Error {
  override readonly name = 'CursorFormatError';
  readonly code = 'cursor-format';
}

/** Other work has its turn after so long. */
const turnMs = 8;
const pageSize = 1000;
/** More would live on while a client is slow to take them. */
const linesAtOnce = 200;

/** Finds the engine of a catalogue that was in force before; `undefined` where it is not kept any more. */
type FindEngine = (catalogueId: string) => Engine | undefined;

/**
 * Every device of the scope with what it misses, or what became different since a cursor, from one moment: whatever is
 * reported or synced meanwhile belongs to the next list.
 * @throws {CursorFormatError} {@link CursorTooOldError}
 */
export async function streamMissingKbs(
  context: Pick<OperationContext, 'store' | 'exposures' | 'log'>,
  findEngine: FindEngine | undefined,
  scope: Scope,
  since: string | undefined,
): Promise<MissingKbList> {
  const { store, exposures, log } = context;
  const { verdicts } = exposures;
  const here = { catalogueId: verdicts.engine.catalogue.id, ruleSet: ruleSetVersion, scope: scopeMark(scope) };
  const from = since === undefined ? undefined : checkCursor(since, here);
  const before =
    from === undefined || from.catalogueId === here.catalogueId
      ? verdicts
      : formerVerdicts(context, findEngine, from.catalogueId);
  const snapshot = await store.openSnapshot(scope.tenant.id);
  try {
    const cursor = formatCursor({ ...here, mark: snapshot.mark });
    const now = linesOf(verdicts, log);
    const close = (): void => snapshot.close();
    if (from === undefined) return { cursor, close, lines: wholeList(snapshot, scope, now) };
    const changes = snapshot.listChanges(from.mark, before !== verdicts);
    if (changes === undefined) throw tooOld('the changes since then are not kept any more');
    return { cursor, close, lines: difference(changes, scope, linesOf(before, log), now) };
  } catch (error) {
    snapshot.close();
    throw error;
  }
}

function checkCursor(text: string, here: Omit<Cursor, 'mark'>): Cursor {
  const cursor = parseCursor(text);
  if (cursor === undefined)
    throw new CursorFormatError(`since: expected a cursor of an earlier list, got "${text.slice(0, 60)}"`);
  if (cursor.ruleSet !== here.ruleSet) throw tooOld('the rules that judge have changed');
  if (cursor.scope !== here.scope) throw tooOld('it belongs to a list over other devices');
  return cursor;
}

function tooOld(reason: string): CursorTooOldError {
  return new CursorTooOldError(`since: ${reason}; ask for the whole list, without it`);
}

function formerVerdicts(
  { store }: Pick<OperationContext, 'store'>,
  findEngine: FindEngine | undefined,
  catalogueId: string,
): Verdicts {
  const engine = findEngine?.(catalogueId);
  if (engine === undefined) throw tooOld('the catalogue of that list is not kept any more');
  return new Verdicts(engine, store);
}

async function* wholeList(
  snapshot: DeviceSnapshot,
  scope: Scope,
  states: LinesByState,
): AsyncGenerator<readonly MissingKbLine[]> {
  // Devices first, so that a reader knows of each how well it was judged before anything is said about it.
  for await (const devices of devicesOf(snapshot, scope))
    yield* inTurns(devices, (device) => [{ type: 'device', device, judged: states.of(device.patchStateId).judged }]);
  for await (const devices of devicesOf(snapshot, scope))
    yield* inTurns(devices, (device) => missingLines(device, states.of(device.patchStateId).missing.values()));
}

async function* devicesOf(snapshot: DeviceSnapshot, scope: Scope): AsyncGenerator<readonly SnapshotDevice[]> {
  for (let after = ''; ;) {
    const page = await snapshot.list(after, pageSize);
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
    yield page.filter(({ deviceGroup }) => sees(scope, deviceGroup));
  }
}

async function* difference(
  changes: NonNullable<ReturnType<DeviceSnapshot['listChanges']>>,
  scope: Scope,
  then: LinesByState,
  now: LinesByState,
): AsyncGenerator<readonly MissingKbLine[]> {
  const seen = (device: SnapshotDevice | null): SnapshotDevice | null =>
    device !== null && sees(scope, device.deviceGroup) ? device : null;
  for await (const page of changes) {
    yield* inTurns(page, ({ id, before, now: after }) => differenceOf(id, seen(before), seen(after), then, now));
  }
}

function differenceOf(
  id: string,
  before: SnapshotDevice | null,
  device: SnapshotDevice | null,
  then: LinesByState,
  now: LinesByState,
): readonly MissingKbLine[] {
  if (device === null) return before === null ? [] : [{ type: 'deleted', deviceId: id }];
  const { judged, missing } = now.of(device.patchStateId);
  if (before === null) return [{ type: 'device', device, judged }, ...missingLines(device, missing.values())];
  if (then === now && before.patchStateId === device.patchStateId)
    return before.name === device.name ? [] : [{ type: 'device', device, judged }];
  const was = then.of(before.patchStateId);
  const lines: MissingKbLine[] = [];
  if (before.name !== device.name || !isSame(was.judged, judged)) lines.push({ type: 'device', device, judged });
  const changed = [...missing.values()].filter((update) => !isSame(was.missing.get(update.kb), update));
  lines.push(...missingLines(device, changed));
  for (const kb of was.missing.keys()) if (!missing.has(kb)) lines.push({ type: 'resolved', deviceId: id, kb });
  return lines;
}

function isSame(a: MissingPart | JudgedPart | undefined, b: MissingPart | JudgedPart): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function missingLines(device: SnapshotDevice, updates: Iterable<MissingPart>): readonly MissingKbLine[] {
  return Array.from(updates, (update) => ({ type: 'missing', device, update }));
}

/** A state that is judged for the first time takes a millisecond or two. */
async function* inTurns<Item>(
  items: readonly Item[],
  work: (item: Item) => readonly MissingKbLine[],
): AsyncGenerator<readonly MissingKbLine[]> {
  let lines: MissingKbLine[] = [];
  const turn = new Turn(turnMs);
  for (const item of items) {
    for (const line of work(item)) lines.push(line);
    if (turn.isOver) await turn.pass();
    else if (lines.length < linesAtOnce) continue;
    yield lines;
    lines = [];
  }
  if (lines.length > 0) yield lines;
}
