/** The code of a fault (`ENOENT`, SQLSTATE `40001`), read from the property and not by instanceof: in tests Node's own errors belong to another realm. */
export function errorCode(fault: unknown): unknown {
  return typeof fault === 'object' && fault !== null && 'code' in fault ? fault.code : undefined;
}
