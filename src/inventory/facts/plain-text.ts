import type { Inventory } from '../inventory.ts';

/** Control characters, which a terminal would obey, and those of format, which turn the direction of text or hide in it. */
const unprintable = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
const allUnprintable = new RegExp(unprintable, 'gu');

function plain(text: string): string {
  return unprintable.test(text) ? text.replace(allUnprintable, '').trim() : text;
}

function plainOrNone(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const found = plain(text);
  return found === '' && text !== '' ? undefined : found;
}

/** The same inventory with names that can be shown: control characters have no business in them, and are left out. */
export function withPlainTexts(inventory: Inventory): Inventory {
  const { device, os, software, opinions } = inventory;
  return {
    ...inventory,
    device: {
      ...device,
      name: plainOrNone(device.name),
      sourceId: plainOrNone(device.sourceId),
      tags: device.tags.map(plain),
      ipAddresses: device.ipAddresses.map(plain),
    },
    os: {
      ...os,
      name: plainOrNone(os.name),
      displayVersion: plainOrNone(os.displayVersion),
      editionId: plainOrNone(os.editionId),
    },
    software: software.map(({ name, vendor, version }) => ({
      name: plain(name),
      vendor: plainOrNone(vendor),
      version: plainOrNone(version),
    })),
    opinions: opinions.map((each) => ({ ...each, title: plainOrNone(each.title) })),
  };
}
