import type { ApprovalDto, ApprovalServices, AskedBy, Submitted } from '../approvals/index.js';
import type { Actor } from '../kernel/index.js';
import { Answer, JsonText, type Language } from '../platform/http/index.js';
import { ILLUSTRATIVE } from './planned-awards.js';
import { requestOf } from './request-of.js';

export const LANGUAGE: Language = 'zh-Hant';

/** Two of finance: one makes, the other checks (domain §3, Approvals). Both by fixed keys, so that a start that was killed is gone on with. */
export class TwoPeople {
  constructor(
    readonly services: ApprovalServices,
    readonly maker: Actor,
    readonly checker: Actor,
  ) {}

  /** Has the maker do it and, where it waits for a second person, the checker agree; its answer. What is refused is a fault and thrown. */
  async agree<T extends object>(what: string, submit: (by: AskedBy) => Promise<Submitted<T>>): Promise<T> {
    for (let time = 1; ; time += 1) {
      const key = time === 1 ? what : `${what}/${time}`;
      const asked = await submit({ actor: this.maker, request: requestOf(key), language: LANGUAGE });
      if (!(asked instanceof Answer)) throw new Error(`${what}: ${JSON.stringify(asked.problem)}`);
      if (asked.about.status !== 202) return bodyOf<T>(asked);
      const decided = await this.check(bodyOf<ApprovalDto>(asked), key);
      if (decided instanceof Answer) return resultOf<T>(what, bodyOf<ApprovalDto>(decided));
      // It waited for too long: a start was killed, and the next one came late. It is asked for again.
      if (decided.problem.code !== 'approval-withdrawn') throw new Error(`${what}: ${JSON.stringify(decided.problem)}`);
    }
  }

  private async check({ id, preview }: ApprovalDto, key: string) {
    const by = { actor: this.checker, request: requestOf(`${key}/agree`), language: LANGUAGE };
    const agree = (previewHash: string) => this.services.decisions.approve(id, { previewHash, reason: ILLUSTRATIVE }, by);
    const answer = await agree(preview.hash);
    if (answer instanceof Answer || answer.problem.code !== 'approval-stale') return answer;
    // Asked for by another version of the product, or while the fund asked for fewer people.
    const shown = answer.problem.extras?.['preview'] as ApprovalDto['preview'] | undefined;
    return shown === undefined ? answer : agree(shown.hash);
  }
}

function resultOf<T extends object>(what: string, { status, result }: ApprovalDto): T {
  if (status !== 'approved') throw new Error(`${what}: the fund asks for more people than the demonstration has`);
  return result as T;
}

/** `T`: what the answer says, which JSON text doesn't show. */
function bodyOf<T>({ body }: Answer<unknown>): T {
  return (body instanceof JsonText ? JSON.parse(body.text) : body) as T;
}
