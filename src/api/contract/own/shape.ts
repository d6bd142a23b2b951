import Type from 'typebox';
import type { TProperties, TSchema } from 'typebox';

/** Shapes of kbgap's own answers, for their description: as JSON Schema, keys in the order in which they are sent. */
export const shape = <P extends TProperties>(title: string, properties: P) =>
  Type.Object(properties, { title, additionalProperties: false });

/** Without a name of its own. */
export const part = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });

export const text = (description?: string) => Type.String(description === undefined ? {} : { description });
export const number = (description?: string) => Type.Number(description === undefined ? {} : { description });
export const count = (description?: string) =>
  Type.Integer({ minimum: 0, ...(description === undefined ? {} : { description }) });
export const flag = (description?: string) => Type.Boolean(description === undefined ? {} : { description });
export const list = <T extends TSchema>(item: T, description?: string) =>
  Type.Array(item, description === undefined ? {} : { description });
export const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
export const one = (values: readonly string[], description?: string) =>
  Type.Enum([...values], description === undefined ? {} : { description });

export const kb = Type.String({ pattern: '^\\d+$', description: 'KB number, digits only.' });
export const instant = Type.String({ format: 'date-time' });
export const day = Type.String({ format: 'date' });
export const coverage = one(['assessed', 'partly-assessed', 'not-assessed'], 'Whether it could be judged.');
export const device = Type.String({ pattern: '^[0-9a-f]{40}$', description: 'Id of the device.' });
