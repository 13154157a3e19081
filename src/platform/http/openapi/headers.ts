import type { HeaderObject, ParameterObject } from '@nestjs/swagger';

const SECONDS = { type: 'string', pattern: String.raw`^\d+$` };

/** Request headers that the edge itself reads, with what they are for. */
export const REQUEST_HEADERS = {
  key: {
    name: 'Idempotency-Key',
    in: 'header',
    required: true,
    description:
      'One for each write, chosen by the client: sent again with the same request, it is answered with the first answer and nothing is done twice; with another request it is refused. Only success is remembered.',
    schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$', example: '5f0c1d2e-8a44-4d0e-9c5e-2b7f8f0f7d11' },
  },
  version: {
    name: 'If-Match',
    in: 'header',
    required: true,
    description: 'The ETag that was read: what has changed since is not overwritten (412)',
    schema: { type: 'string', pattern: '^"\\d{1,9}"$', example: '"1"' },
  },
  language: {
    name: 'Accept-Language',
    in: 'header',
    required: false,
    description: 'Language of texts for people, refusals included: zh-Hant (default), zh-Hans or en, with qualities',
    schema: { type: 'string', example: 'zh-Hant, en;q=0.5' },
  },
} as const satisfies Record<string, ParameterObject>;

/** Response headers that mean something to a client. */
export const RESPONSE_HEADERS = {
  replayed: {
    description: '`true`: this is the first answer to the same request again, and nothing was done now',
    schema: { type: 'string', enum: ['true'] },
  },
  etag: { description: 'Version of what is answered, for If-Match', schema: { type: 'string', example: '"1"' } },
  language: {
    description: 'Language of the texts for people: zh-Hant, zh-Hans or en',
    schema: { type: 'string', enum: ['zh-Hant', 'zh-Hans', 'en'] },
  },
  retryAfter: { description: 'Seconds after which the same request may be sent again', schema: SECONDS },
  authenticate: { description: 'How to sign in: by a bearer token', schema: { type: 'string', enum: ['Bearer'] } },
} as const satisfies Record<string, HeaderObject>;
