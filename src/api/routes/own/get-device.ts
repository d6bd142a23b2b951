import Type from 'typebox';
import type { JoinedUpdate } from '../../../operations/joined-facts.ts';
import { parseSubject } from '../../../operations/views/views.ts';
import type { KbNumber } from '../../../terms/kb-number.ts';
import { deviceShape, whyShape } from '../../contract/own/view-shapes.ts';
import { ApiError } from '../../errors.ts';
import { notFound } from '../list-answer.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';
import { invalid, ListOptions } from './list-options.ts';

/** GET /v1/devices/{id}: all that the page of one device shows, but for the reasons, which are asked for one by one */
export const getDeviceView: Route = {
  method: 'GET',
  path: '/devices/:id',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Devices',
  summary: 'What to install on a device, the verdict on each of its products, its facts and history.',
  answer: deviceShape,
  async handle(request, _reply, { application, caller, now }) {
    const device = await application.getDevice(caller, idOf(request));
    const row = await application.views.deviceRow(caller, device, now);
    const assessment = application.getAssessment(device);
    const joined = application.joinFacts(assessment);
    const missing = assessment.missing.flatMap((update, at): readonly JoinedUpdate[] => {
      const fields = joined.missing[at];
      return fields === undefined ? [] : [{ ...update, ...fields }];
    });
    return {
      ...row,
      installedRebootNeeded: assessment.installedRebootNeeded,
      lifecycle: joined.lifecycle,
      undetermined: assessment.undetermined,
      toInstall: missing
        .filter(({ replacedBy }) => replacedBy === null)
        .map((update) => ({ ...update, replaces: replacedBy(missing, update.kb) })),
      missingUpdates: missing,
      products: assessment.products.map(
        ({ productId, name, vendor, slug, version, verdict, openCves, missing: kbs }) => ({
          productId,
          name,
          vendor,
          slug,
          version,
          verdict,
          openCves,
          missing: kbs.map(({ kb }) => kb),
        }),
      ),
      facts: await application.getDeviceFacts(device),
      history: await application.views.history(device),
    };
  },
};

/** Missing updates that this one stands for, in their order. */
function replacedBy(missing: readonly JoinedUpdate[], kb: KbNumber): readonly KbNumber[] {
  const replaced = new Set([kb]);
  for (let size = 0; size !== replaced.size;) {
    size = replaced.size;
    for (const each of missing) if (each.replacedBy !== null && replaced.has(each.replacedBy)) replaced.add(each.kb);
  }
  return missing.flatMap((each) => (each.kb !== kb && replaced.has(each.kb) ? [each.kb] : []));
}

const whyParameters = [
  { name: 'kb', description: 'An update.', schema: Type.String() },
  { name: 'cve', description: 'A CVE or advisory.', schema: Type.String() },
];

/** GET /v1/devices/{id}/why?kb= or ?cve=: why it is missing or open, remediated, undetermined or not for this device */
export const getWhy: Route = {
  method: 'GET',
  path: '/devices/:id/why',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Devices',
  summary: 'Why an update or CVE is missing, remediated, undetermined or not for a device.',
  parameters: whyParameters,
  answer: whyShape,
  async handle(request, _reply, { application, caller }) {
    const device = await application.getDevice(caller, idOf(request));
    const options = new ListOptions(request, whyParameters);
    const [kb, cve] = [options.text('kb'), options.text('cve')];
    const text = kb ?? cve;
    if (text === undefined || (kb !== undefined && cve !== undefined))
      throw new ApiError(400, 'MissingRequiredParameter', 'expected one of kb and cve');
    const subject = parseSubject(text);
    if (subject === undefined || 'kb' in subject !== (kb !== undefined))
      throw kb === undefined ? invalid('cve', 'a CVE', text) : invalid('kb', 'a KB number', text);
    if (application.views.standing(subject) === undefined) throw notFound(kb === undefined ? 'CVE' : 'Update', text);
    return application.views.why(device, subject);
  },
};
