import { personKey } from '../../rules/one-subsidy.js';
import type { EnterpriseDetails } from '../../state/effects.js';
import type { EnterpriseState, PersonState, ProjectState } from '../../state/model.js';
import type { State } from '../../state/state.js';
import type { Ids } from '../event-kind.js';

/** Who is paid for what, as a reservation states it: codes are validated and the project's keys are made before they come here. */
export interface PartiesStated {
  readonly enterprise: {
    readonly name: string;
    readonly organizationCode: string;
    readonly creditCode: string | null;
    readonly details?: EnterpriseDetails;
  };
  /** `keys`: of its code and title (`code:…`, `title:…`), folded by the data of this version; never empty. */
  readonly project: {
    readonly title: string;
    readonly code: string | null;
    readonly keys: readonly string[];
    readonly folding: number;
  };
  readonly person: { readonly name: string; readonly identityHash: string; readonly identityMasked: string } | null;
}

/** The parties of a reservation, each known or new. */
export interface Parties {
  readonly enterprise: EnterpriseState;
  readonly project: ProjectState;
  readonly person: PersonState | null;
  readonly isNew: { readonly enterprise: boolean; readonly project: boolean; readonly person: boolean };
}

/** Positions of the ids that new ones take. */
const ID = { enterprise: 2, project: 3, person: 4 } as const;

/** By which the enterprise's next award for the same project finds it. A person is given on lines that pay persons, and nowhere else. */
export function projectKeyOf({ person, project }: Pick<PartiesStated, 'person' | 'project'>): string {
  return person === null ? (project.keys[0] ?? '') : personKey(person.identityHash);
}

/** The parties as they are known; who is not gets an id. */
export function partiesOf(state: State, stated: PartiesStated, ids: Ids): Parties {
  const { organizationCode, creditCode, name } = stated.enterprise;
  const known = state.enterprises.get(organizationCode);
  const id = ids(ID.enterprise);
  const alone = { mergedInto: null, rootId: id, rootCode: organizationCode };
  const enterprise = known ?? { id, organizationCode, creditCode, name, ...alone };
  const key = projectKeyOf(stated);
  const knownProject = state.projects.get(`${enterprise.id}|${key}`);
  const project = knownProject ?? {
    id: ids(ID.project),
    enterpriseId: enterprise.id,
    key,
    title: stated.project.title,
    code: stated.project.code,
  };
  const knownPerson = stated.person === null ? null : (state.persons.get(stated.person.identityHash) ?? null);
  const person = stated.person === null ? null : (knownPerson ?? { id: ids(ID.person), ...stated.person, years: [] });
  return {
    enterprise,
    project,
    person,
    isNew: {
      enterprise: known === undefined,
      project: knownProject === undefined,
      person: person !== null && knownPerson === null,
    },
  };
}
