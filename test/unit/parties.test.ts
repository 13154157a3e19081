import { partiesOfRequest, type PartiesRequest } from '../../src/parties/parties-of-request.js';
import { personIdentity } from '../../src/parties/persons/person-identity.js';

const SECRET = 'a secret of the test';

describe('the parties of an award request', () => {
  const request: PartiesRequest = {
    enterprise: { name: '示例企業', creditCode: '91350100m000100y43' },
    project: { title: '分揀系統', code: 'P-1' },
  };

  function pointersOf(changed: Partial<PartiesRequest>): string[] {
    const result = partiesOfRequest({ ...request, ...changed }, SECRET, '/awards/3');
    return result.ok ? [] : (result.problem.errors ?? []).map((error) => error.pointer);
  }

  it('are read with their codes normalised', () => {
    expect(partiesOfRequest(request, SECRET)).toEqual({
      ok: true,
      value: {
        enterprise: { name: '示例企業', organizationCode: 'M000100Y4', creditCode: '91350100M000100Y43' },
        project: { title: '分揀系統', code: 'P-1', keys: ['code:p1', 'title:分拣系统'], folding: 1 },
        person: null,
      },
    });
  });

  it('know an enterprise by its organization code alone', () => {
    const result = partiesOfRequest({ ...request, enterprise: { name: '示例企業', organizationCode: 'm000100y-4' } }, SECRET);
    expect(result.ok && result.value.enterprise).toEqual({ name: '示例企業', organizationCode: 'M000100Y4', creditCode: null });
  });

  it('are refused with the place of every fault', () => {
    expect(pointersOf({ enterprise: { name: '示例企業' } })).toEqual(['/awards/3/enterprise']);
    expect(
      pointersOf({ enterprise: { name: '示例企業', creditCode: '91350100M000100Y44' }, project: { title: '（）' } }),
    ).toEqual(['/awards/3/enterprise/creditCode', '/awards/3/project/title']);
    expect(
      pointersOf({ enterprise: { name: '示例企業', creditCode: '91350100M000100Y43', organizationCode: 'D2143569-X' } }),
    ).toEqual(['/awards/3/enterprise/organizationCode']);
    expect(pointersOf({ person: { name: '示例甲', identityNumber: '110105194912310021' } })).toEqual([
      '/awards/3/person/identityNumber',
    ]);
  });

  it('never carry the identity number of a person on', () => {
    const result = partiesOfRequest({ ...request, person: { name: '示例甲', identityNumber: '11010519491231002x' } }, SECRET);
    expect(JSON.stringify(result)).not.toContain('11010519491231002');
    expect(result.ok && result.value.person).toEqual({ name: '示例甲', ...personIdentity('11010519491231002X', SECRET) });
  });
});

describe('the stored identity of a person', () => {
  it('is the same for the same number and secret, and another for any other', () => {
    const one = personIdentity('11010519491231002X', SECRET);
    expect(one.identityMasked).toBe('110***********002X');
    expect(one.identityHash).toMatch(/^[0-9a-f]{64}$/);
    expect(personIdentity('11010519491231002X', SECRET)).toEqual(one);
    expect(personIdentity('11010519491231002X', 'another secret').identityHash).not.toBe(one.identityHash);
    expect(personIdentity('440524188001010014', SECRET).identityHash).not.toBe(one.identityHash);
  });
});
