import fc from 'fast-check';
import {
  creditCheck,
  identityCheck,
  organizationCheck,
  organizationCodeOf,
  readCreditCode,
  readIdentityNumber,
  readOrganizationCode,
} from '../../src/parties/identity-codes/identity-codes.js';

const CREDIT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

function textOf(alphabet: string, length: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...alphabet), { minLength: length, maxLength: length }).map((letters) => letters.join(''));
}

const organizationCodes = textOf('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', 8).map((body) => body + organizationCheck(body));
const creditCodes = fc
  .tuple(textOf(CREDIT_ALPHABET, 2), textOf('0123456789', 6), textOf(CREDIT_ALPHABET, 8))
  .map(([office, area, body]) => office + area + body + organizationCheck(body))
  .map((body) => body + creditCheck(body));

describe('organization codes (GB 11714)', () => {
  it('accepts the example of the standard, with its hyphen', () => {
    expect(readOrganizationCode('D2143569-X')).toBe('D2143569X');
    expect(readOrganizationCode(' d2143569x ')).toBe('D2143569X');
  });

  it('accepts every code with its check character and none with another', () => {
    fc.assert(
      fc.property(organizationCodes, fc.constantFrom(...'0123456789X'), (code, check) => {
        expect(readOrganizationCode(code)).toBe(code);
        expect(readOrganizationCode(code.slice(0, 8) + check) !== null).toBe(code.endsWith(check));
      }),
    );
  });

  it('notices one wrong digit wherever it is', () => {
    fc.assert(
      fc.property(textOf('0123456789', 8), fc.nat(7), fc.integer({ min: 1, max: 9 }), (body, at, step) => {
        const code = body + organizationCheck(body);
        const wrong = String((Number(code.charAt(at)) + step) % 10);
        expect(readOrganizationCode(code.slice(0, at) + wrong + code.slice(at + 1))).toBeNull();
      }),
    );
  });

  it.each(['', '12345678', '1234567890', '123456-789', '１２３４５６７８８', 'D2143569*', 'D2143569-X-'])(
    'refuses %j',
    (text) => {
      expect(readOrganizationCode(text)).toBeNull();
    },
  );
});

describe('unified social credit codes (GB 32100)', () => {
  it('accepts the example of the standard and finds the organization code in it', () => {
    expect(readCreditCode('91350100M000100Y43')).toBe('91350100M000100Y43');
    expect(readCreditCode('91350100m000100y43')).toBe('91350100M000100Y43');
    expect(organizationCodeOf('91350100M000100Y43')).toBe('M000100Y4');
  });

  it('accepts every code with its check characters, and its organization code by itself', () => {
    fc.assert(
      fc.property(creditCodes, (code) => {
        expect(readCreditCode(code)).toBe(code);
        expect(readOrganizationCode(organizationCodeOf(code))).toBe(organizationCodeOf(code));
      }),
    );
  });

  it('notices one wrong character wherever it is, and two neighbours that changed places', () => {
    fc.assert(
      fc.property(creditCodes, fc.nat(17), fc.integer({ min: 1, max: 30 }), (code, at, step) => {
        const wrong = CREDIT_ALPHABET.charAt((CREDIT_ALPHABET.indexOf(code.charAt(at)) + step) % 31);
        expect(readCreditCode(code.slice(0, at) + wrong + code.slice(at + 1))).toBeNull();
        if (at < 17 && code.charAt(at) !== code.charAt(at + 1)) {
          expect(readCreditCode(code.slice(0, at) + code.charAt(at + 1) + code.charAt(at) + code.slice(at + 2))).toBeNull();
        }
      }),
    );
  });

  it('refuses a code whose organization code has a wrong check character', () => {
    const body = '91440101123456780';
    expect(organizationCheck('12345678')).not.toBe('0');
    expect(readCreditCode(body + creditCheck(body))).toBeNull();
  });

  it.each(['', '91350100M000100Y4', '91350100M000100Y433', '9135O100M000100Y43', '91350100M000100Y4４'])('refuses %j', (text) => {
    expect(readCreditCode(text)).toBeNull();
  });
});

describe('resident identity numbers (GB 11643)', () => {
  it('accepts the examples of the standard', () => {
    expect(readIdentityNumber('11010519491231002x')).toBe('11010519491231002X');
    expect(readIdentityNumber('440524188001010014')).toBe('440524188001010014');
  });

  it('refuses a date of birth that no calendar has', () => {
    for (const date of ['20010229', '20011301', '20010431', '20010100']) {
      const body = `440106${date}001`;
      expect(readIdentityNumber(body + identityCheck(body))).toBeNull();
    }
  });

  it('notices one wrong digit wherever it is', () => {
    fc.assert(
      fc.property(fc.nat(999), fc.nat(16), fc.integer({ min: 1, max: 9 }), (order, at, step) => {
        const body = `44010619900101${String(order).padStart(3, '0')}`;
        const number = body + identityCheck(body);
        const wrong = String((Number(number.charAt(at)) + step) % 10);
        expect(readIdentityNumber(number)).toBe(number);
        expect(readIdentityNumber(number.slice(0, at) + wrong + number.slice(at + 1))).toBeNull();
      }),
    );
  });
});
