/** The code of a fault (`ENOENT`, SQLSTATE `40001`), whoever made it: Node's own errors are of another realm in tests. */
export function errorCode(fault: unknown): unknown {
  return typeof fault === 'object' && fault !== null && 'code' in fault ? fault.code : undefined;
}
