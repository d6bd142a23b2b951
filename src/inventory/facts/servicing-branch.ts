/** Builds that are serviced together and whose kernel files carry one number: the first of each. */
const branches: readonly (readonly number[])[] = [
  [18362, 18363],
  [19041, 19042, 19043, 19044, 19045],
  [22621, 22631],
  [26100, 26200],
];

/** Whether a file of one build may belong to a system of the other: 19041 on 19045. */
export function isOneBranch(a: number, b: number): boolean {
  return a === b || branches.some((builds) => builds.includes(a) && builds.includes(b));
}
