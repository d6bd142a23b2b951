import { exchangeServer } from './exchange-server.ts';
import { fixedVersionProduct } from './fixed-version-product.ts';
import { officeClickToRun } from './office-click-to-run.ts';
import { sharepointServer } from './sharepoint-server.ts';
import type { SoftwareRule } from './software-rule.ts';
import { sqlServer } from './sql-server.ts';

/** Every servicing model of installed software, narrow before broad. */
export const softwareRules: readonly SoftwareRule[] = [
  sqlServer,
  exchangeServer,
  sharepointServer,
  officeClickToRun,
  fixedVersionProduct,
];
