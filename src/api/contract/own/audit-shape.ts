import Type from 'typebox';
import { flag, instant, list, orNull, part, shape, text } from './shape.ts';

/** GET /v1/audit */
export const auditShape = shape('AuditTrail', {
  entries: list(
    part({
      at: instant,
      actor: text("A client's GUID, `local operator` or `server`."),
      action: text('`client.created` …'),
      subject: orNull(text('Id of what was acted on.')),
      detail: Type.Object({}, { description: 'What else there is to know.' }),
    }),
    'Oldest first.',
  ),
  cursor: orNull(instant),
  hasMore: flag('Whether more came after the cursor.'),
});
