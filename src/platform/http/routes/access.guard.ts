import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { invalid, ProblemError, type Problem } from '../../../kernel/index.js';
import { FaultyBody } from '../body/json-body.js';
import { isOddText } from '../body/wholesome.js';
import { forbidden } from '../problems/fault-problem.js';
import { isRecord } from '../is-record.js';
import { edgeOfRequest } from './guard-routes.js';
import type { RouteEdge } from './route-edge.js';

/** Deny by default: refuses a role that the route doesn't name (403), and only then a malformed request (400). */
@Injectable()
export class AccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const edge = edgeOfRequest(request);
    if (edge === undefined || !isAllowed(request, edge)) throw new ProblemError(forbidden());
    const fault = faultOf(request, edge);
    if (fault !== null) throw new ProblemError(fault);
    return true;
  }
}

function isAllowed({ actor }: FastifyRequest, { open, roles }: RouteEdge): boolean {
  return open || (actor !== null && roles.includes(actor.role));
}

function faultOf(request: FastifyRequest, edge: RouteEdge): Problem | null {
  const { body } = request;
  if (body instanceof FaultyBody) return body.problem;
  if (!edge.takesBody && body !== undefined && !(isRecord(body) && Object.keys(body).length === 0)) {
    return invalid('', '此路徑不接受請求內容。', 'This path takes no body.');
  }
  return urlFault(request.url) ?? queryFault(request.query, edge);
}

function urlFault(url: string): Problem | null {
  if (!url.includes('%')) return null;
  try {
    if (!isOddText(decodeURIComponent(url))) return null;
    return invalid(
      '/path',
      '路徑與查詢參數不得含有控制字元或改變文字方向的字元。',
      'Path and query may not hold control characters or direction overrides.',
    );
  } catch {
    return invalid('/path', '路徑或查詢參數的百分號編碼不正確。', 'The percent-encoding of path or query is broken.');
  }
}

function queryFault(query: unknown, edge: RouteEdge): Problem | null {
  if (!isRecord(query)) return null;
  for (const name in query) {
    const pointer = `/query/${name}`;
    if (!edge.takesQuery) return invalid(pointer, '沒有這個查詢參數。', 'There is no such query parameter.');
    if (Array.isArray(query[name])) return invalid(pointer, '查詢參數不得重複。', 'A query parameter may be given once.');
  }
  return null;
}
