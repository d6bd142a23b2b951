import { hasLocale, reportedName } from '../lines/reported-name.ts';
import { readVersion } from '../lines/version-line.ts';
import type { ReportedSoftware } from './rule.ts';

/** MSI editions of Office 2016 have third parts below this, Click-to-Run lines lie above. */
const firstClickToRunLine = 6000;

/** An Office or one of its applications, as reported: `Microsoft Word 2016`, `Microsoft Office Professional Plus 2016 - en-us`. */
export interface OfficeName {
  /** `word`, `visio`; `office` for a suite. */
  readonly application: string;
  /** `professional plus`; of an application what stands between it and the year; empty where there is none. */
  readonly edition: string;
  /** `2016`; empty in names that have none: `Microsoft Visio - en-us`. */
  readonly year: string;
  readonly clickToRun: boolean;
}

const applications =
  'office|word|excel|powerpoint|outlook|onenote|publisher|access|infopath|visio|project|lync basic|lync|skype for business basic|skype for business|365 apps|365|office 365';

/** The edition stands before the year or, seldom, behind it: `Office 2016 Professional Plus`. */
const office = new RegExp(
  `^(${applications})(?: ([a-z][a-z &]{0,40}?))??(?: (20\\d\\d))?(?: (professional plus|professional|standard|enterprise|home and (?:business|student)))?(?: - [a-z]+)?$`,
);

/**
 * Click-to-Run is told by the language in the name, by a version line in the third part, and by years that had no other
 * edition. `undefined` for what is no Office, and for its parts: language packs, MUIs, viewers, servers.
 */
export function parseOfficeName({ name, version }: ReportedSoftware): OfficeName | undefined {
  const plain = reportedName(name).replace(
    /^office (?=word|excel|powerpoint|outlook|onenote|publisher|access|infopath|visio|project)/,
    '',
  );
  const locale = hasLocale(name);
  if (
    /\b(?:mui|proofing|language pack|viewer|server|web app|compatibility|database engine|deployment|component|runtime|tools?|universal|mobile)\b/.test(
      plain,
    )
  )
    return undefined;
  const read = readVersion(version);
  const [major, minor, third = 0] = 'version' in read ? read.version : [];
  const isLine = major === 16 && minor === 0 && third >= firstClickToRunLine;
  // Whatever the language: `Aplikacje Microsoft 365 dla przedsiębiorstw - pl-pl`.
  if (
    /\b(?:microsoft|office) 365\b/i.test(name.slice(0, 200)) &&
    !/copilot/.test(plain) &&
    (isLine || locale || /^(?:365 apps|office 365|365(?: |$))/.test(plain))
  )
    return { application: '365 apps', edition: '', year: '', clickToRun: true };
  const match = office.exec(plain);
  if (match === null) return undefined;
  const [, application = '', before = '', year = '', behind = ''] = match;
  const edition = before === '' ? behind : before;
  const clickToRun = isLine || locale || ['2019', '2021', '2024'].includes(year);
  return year === '' && !clickToRun
    ? undefined
    : { application, edition: edition.replace(/^ltsc ?/, ''), year, clickToRun };
}
