/** The four kinds of people (api.md, Roles), and what they may do in one word each. */
export const ROLES = ['finance', 'officer', 'auditor', 'admin'] as const;

/** finance: fund and budget · officer: awards of its agency's lines · auditor: reads everything · admin: users. */
export type Role = (typeof ROLES)[number];

/** Who does something: a signed-in user, or the product itself (reconciliation, seeds). */
export interface Actor {
  readonly id: string;
  readonly username: string;
  readonly role: Role;
  /** 主管部門, with 市 (`市經貿委`); officers only. */
  readonly agency: string | null;
  /** The agencies whose lines and awards it reaches: its own, and those that it succeeded. Officers only. */
  readonly reaches: readonly string[];
}

/** The product itself as actor: reconciliation's moves of holds, and the seeds' postings, are recorded under this id. */
export const SYSTEM_ACTOR: Actor = {
  id: '00000000-0000-7000-8000-000000000000',
  username: 'system',
  role: 'finance',
  agency: null,
  reaches: [],
};

/** The agencies whose lines the actor is kept to; null: it sees all. An officer without agency sees none. */
export function agencyScope(actor: Actor): readonly string[] | null {
  return actor.role === 'officer' ? actor.reaches : null;
}

/** Whether the actor may see and touch a line led by these agencies: officers only those of the agencies that theirs reaches. */
export function leads(actor: Actor, leadAgencies: readonly string[]): boolean {
  return actor.role !== 'officer' || leadAgencies.some((agency) => actor.reaches.includes(agency));
}
