import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { mutations } from '../../../test/support/mutations.ts';
import { listReaderFixtures } from '../../../test/support/reader-fixtures.ts';
import type { ReaderFixture } from '../../../test/support/reader-fixtures.ts';
import { toNative } from '../to-native.ts';
import { InventoryFormatError } from './inventory-format-error.ts';
import { keptDevices, readKept } from './kept-report.ts';
import { judgeFormats, leastConfidence, readInventory } from './read-inventory.ts';
import { readers } from './readers.ts';
import { reportInput, withMapping } from './report-input.ts';

function inputOf({ file, mapping }: ReaderFixture, bytes: Uint8Array): ReturnType<typeof reportInput> {
  return withMapping(reportInput(file, bytes), mapping);
}

function read(fixture: ReaderFixture, bytes: Uint8Array): ReturnType<typeof readInventory> {
  return readInventory(inputOf(fixture, bytes), fixture.isAlike ? fixture.format : undefined);
}

function factsOf(fixture: ReaderFixture, bytes: Uint8Array): readonly unknown[] {
  return read(fixture, bytes).inventories.map(toNative);
}

/** The encodings and line ends that a text travels in. */
function spellings(bytes: Buffer): readonly [says: string, bytes: Buffer][] {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  const utf16 = Buffer.from(text, 'utf16le');
  return [
    ['UTF-8 with a byte-order mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16 LE with a byte-order mark', Buffer.concat([Buffer.of(0xff, 0xfe), utf16])],
    ['UTF-16 BE with a byte-order mark', Buffer.concat([Buffer.of(0xfe, 0xff), Buffer.from(utf16).swap16()])],
    ['UTF-16 LE without a byte-order mark', utf16],
    ['UTF-16 BE without a byte-order mark', Buffer.from(utf16).swap16()],
    ['line ends CR LF', Buffer.from(text.replace(/\r*\n/g, '\r\n'))],
    ['line ends LF', Buffer.from(text.replace(/\r*\n/g, '\n'))],
    ['no line end at the end', Buffer.from(text.replace(/\s+$/, ''))],
  ];
}

function isText(bytes: Buffer): boolean {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).length > 0 && !bytes.includes(0);
  } catch {
    return false;
  }
}

for (const reader of readers) {
  describe(`reader ${reader.format}`, () => {
    const fixtures = listReaderFixtures(reader.format);
    it('has a fixture', () =>
      assert.ok(fixtures.length > 0, `src/inventory/readers/${reader.format}/fixtures is empty`));

    for (const fixture of fixtures) {
      const { file, says, bytes } = fixture;
      it(`${file}: ${says}`, () => {
        const { format, inventories, notes } = read(fixture, bytes);
        assert.equal(format, reader.format);
        assert.deepEqual(inventories.map(toNative), fixture.inventories);
        assert.equal(notes.length, fixture.notes, notes.join('\n'));
      });

      if (!fixture.isAlike) {
        it(`${file} is claimed by no other format with nearly the same confidence`, () => {
          const [first, second] = judgeFormats(inputOf(fixture, bytes));
          assert.equal(first?.reader.format, reader.format);
          // Below the least confidence a format is only resembled, and never read.
          const isRival = (second?.confidence ?? 0) >= leastConfidence;
          assert.ok(
            !isRival || (second?.confidence ?? 0) <= first.confidence - 0.15,
            `${second?.reader.format} is near`,
          );
        });
      }

      if (isText(bytes)) {
        for (const [spelling, spelled] of spellings(bytes)) {
          it(`${file} says the same in ${spelling}`, () => {
            assert.deepEqual(factsOf(fixture, spelled), fixture.inventories);
          });
        }
      }

      it(`${file}: what is kept of it reads the same again`, () => {
        const report = read(fixture, bytes);
        for (const kept of keptDevices(report, bytes)) {
          const again = readKept({ format: kept.format, content: kept.raw });
          assert.ok(again !== undefined);
          assert.deepEqual(toNative({ ...again, device: { ...again.device, sourceId: undefined } }), {
            ...toNative({ ...kept.inventory, device: { ...kept.inventory.device, sourceId: undefined } }),
          });
        }
      });

      it(`${file}, damaged in any way, is read or refused and never crashes`, () => {
        fc.assert(
          fc.property(fc.array(mutations, { minLength: 1, maxLength: 3 }), (changes) => {
            const damaged = changes.reduce((before, change) => change.apply(before), bytes);
            for (const asked of [undefined, reader.format]) {
              try {
                readInventory(inputOf(fixture, damaged), asked);
              } catch (error) {
                assert.ok(
                  error instanceof InventoryFormatError,
                  `${changes.map(({ says: what }) => what).join(', ')}: ${String(error)}`,
                );
              }
            }
          }),
          { numRuns: 40 },
        );
      });
    }
  });
}
