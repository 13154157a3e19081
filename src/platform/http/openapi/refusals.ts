import { PROBLEMS, ROLES, type ProblemCode } from '../../../kernel/index.js';
import type { ScannedRoute } from '../routes/scan-routes.js';

/**
 * Every refusal that a route can answer with, by status and code: those that come of how it is called, and those that it states itself. The one
 * place where they are derived.
 */
export function refusalsOf({ method, path, edge, parts }: ScannedRoute): readonly ProblemCode[] {
  const writes = method !== 'GET';
  const codes = new Set<ProblemCode>(['validation-failed', 'internal', 'unavailable', ...parts.refuses]);
  const also = (when: boolean, ...more: readonly ProblemCode[]) => {
    if (when) for (const code of more) codes.add(code);
  };
  also(!edge.open, 'unauthenticated');
  also(!edge.open && edge.roles.length < ROLES.length, 'forbidden');
  also(path.includes(':'), 'not-found');
  also(writes, 'payload-too-large', 'unsupported-media-type');
  also(writes && !edge.open, 'outcome-unknown');
  also(parts.takesKey, 'idempotency-key-reused', 'idempotency-in-progress');
  also(parts.takesVersion, 'precondition-required', 'version-conflict');
  const order = Object.keys(PROBLEMS);
  return [...codes].sort((left, right) => order.indexOf(left) - order.indexOf(right));
}
