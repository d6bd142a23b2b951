/** Published products that are called Windows, but are none that kbgap judges as one; each with the reason. */
const reasons: readonly [RegExp, string][] = [
  [/\bHoloLens\b|^Windows 10 Mobile\b/i, 'a device of its own kind, which reports to no inventory that kbgap reads'],
  [/^Windows RT(?! 8\.1$)/i, 'left for Windows RT 8.1, which is mapped'],
  [
    /^(?:Microsoft )?Windows (?:XP|Vista|2000|Server 2003)\b/i,
    'out of servicing since before the documents began, or shortly after',
  ],
  [/^Windows Server 2008 for (?!.*Service Pack 2)/i, 'lacks the service pack that every update since 2011 needs'],
  [/ - extra$/i, 'a second id of a version that is mapped by its first'],
  [/^Windows (?:1[01]|Server|HLK)\b.*\bHLK\b|\bHLK\b/i, 'a test kit, no operating system'],
];

const systems = /^(?:Microsoft )?Windows (?:\d|RT\b|Vista\b|XP\b|2000\b|Server\b)/i;

/** Whether a name is that of a Windows release: software for Windows, and its parts on one, are not. */
export function isWindowsName(name: string): boolean {
  return systems.test(name) && !/\bAzure Pack\b/i.test(name);
}

/** Why a Windows that `parseWindowsProduct` does not know is not judged; `undefined` where nobody has said it yet. */
export function whyUnmapped(name: string): string | undefined {
  return reasons.find(([pattern]) => pattern.test(name))?.[1];
}
