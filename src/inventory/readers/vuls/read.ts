import { findRecords } from '../../text/find-records.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { OtherSystems } from '../other-systems.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader, ReadReport } from '../reader.ts';
import { reportInput } from '../report-input.ts';
import type { ReportInput } from '../report-input.ts';
import { systeminfo } from '../systeminfo/read.ts';
import { splitRequest, withHeaders } from './headers.ts';
import { familyOf, isScanResult, readScanResult } from './scan-result.ts';

/**
 * What clients of Vuls' server mode send: headers `X-Vuls-…` and behind them the text of `systeminfo`, or a result of a
 * scan as JSON. A kernel version among the headers brings the UBR. Source: future-architect/vuls, server and scanner.ViaHTTP.
 */
export const vuls: InventoryReader = {
  format: 'vuls',
  kinds: ['text', 'json'],
  wraps: ['systeminfo'],
  recognise({ text, json }) {
    const values = json()?.values;
    if (values === undefined) {
      const found = splitRequest(text) !== undefined;
      return found ? { confidence: 1, against: '' } : notThis('no headers such as "X-Vuls-OS-Family: windows"');
    }
    for (const result of findRecords(values, isScanResult, 5000))
      return familyOf(result) === 'windows'
        ? { confidence: 0.9, against: '' }
        : { confidence: 0.7, against: 'a scan of another system' };
    return notThis('no result of a scan with "family" and "scannedCves"');
  },
  read(input) {
    const values = input.json()?.values;
    return values === undefined ? readRequest(input) : readResults(input.source, values);
  },
};

function readRequest({ source, text }: ReportInput): ReadReport {
  const request = splitRequest(text);
  if (request === undefined)
    throw new InventoryFormatError(source, 'headers such as "X-Vuls-OS-Family: windows"', 'none');
  const { headers, body } = request;
  if (headers.family !== undefined && headers.family.toLowerCase() !== 'windows')
    throw new InventoryFormatError(source, 'X-Vuls-OS-Family: windows', headers.family.slice(0, 40));
  const { inventories, notes } = systeminfo.read(reportInput(source, Buffer.from(body)));
  // The headers are about one host.
  return {
    notes,
    inventories: inventories.length === 1 ? inventories.map((each) => withHeaders(each, headers)) : inventories,
  };
}

function readResults(source: string, values: readonly unknown[]): ReadReport {
  const others = new OtherSystems();
  const results = [...findRecords(values, isScanResult)];
  const inventories = results.flatMap((result) => {
    if (familyOf(result) === 'windows') return [readScanResult(result)];
    others.add(familyOf(result));
    return [];
  });
  others.refuseIfAlone(source, inventories.length);
  if (inventories.length === 0) throw new InventoryFormatError(source, 'a result of a scan by Vuls', 'none');
  return { inventories, notes: others.notes(source) };
}
