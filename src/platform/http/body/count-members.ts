/** Members of all objects of a parsed JSON value: fewer than the text has where an object names one twice. */
export function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countMembers(item);
    return count;
  }
  for (const member of Object.values(value)) {
    count++;
    if (typeof member === 'object') count += countMembers(member);
  }
  return count;
}
