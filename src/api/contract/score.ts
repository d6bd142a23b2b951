import { double, entityType, instant, int64, nullable, text } from './edm.ts';

const time = instant('When it was reckoned: now.');

/** Defender's score of the organisation; keys in wire order. */
export const scoreType = entityType('Score', {
  time,
  score: double('Of the exposure score: 0 to 100, lower is better.'),
});

/** The same of one device group. */
export const groupScoreType = entityType('PublicScoreDto', {
  time,
  score: double('0 to 100, lower is better.'),
  rbacGroupName: nullable(text('Name of the device group; `UnassignedGroup` for none.')),
  rbacGroupId: nullable(int64('Number of the device group; 0 for none.')),
});
