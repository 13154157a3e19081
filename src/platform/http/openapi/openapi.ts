import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { OPENAPI_PATH } from '../routes/guard-routes.js';
import { scanRoutes } from '../routes/scan-routes.js';
import { describeRoutes } from './describe.js';
import { codeTable } from './problem-schemas.js';

const READER_PATH = 'docs';

const CONVENTIONS = [
  'Ledger of the Guangzhou e-commerce fund (穗府辦〔2014〕54號). Money is a string in yuan, dates are YYYY-MM-DD, instants RFC 3339 UTC.',
  'Every POST but sign-in takes an Idempotency-Key. Refusals are application/problem+json with a stable `code`;',
  '`title` and `detail` follow Accept-Language (zh-Hant, zh-Hans, en).',
  'A body has at most 256 KiB (a batch 4 MiB) and 32 levels; facts are single values, 16 KiB in all, 2 KiB a text. Texts hold no control',
  'characters (LF in reasons and notes alone) and no direction overrides, numbers only what JSON keeps exactly, an object each name once (400).',
  'A method that a path does not take is 405 with Allow. Too many reports, long lists or batches at once are 503 with Retry-After.',
  'What can’t be read as a request reaches no route: headers and URL above 16 KiB are 431, a request that takes more than a minute 408, each told as',
  '`validation-failed`.',
];

/** Describes every route, as the document that tests and clients read. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const description = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Fund Ledger')
    .setDescription([...CONVENTIONS, '', codeTable()].join('\n'))
    .setVersion('1')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'opaque',
      description:
        'accessToken of POST /auth/login, or a personal token: opaque, nothing can be read from it. It ends when the session is idle for long, at sign-out and when the password changes.',
    })
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, description);
  describeRoutes(document, scanRoutes(app));
  return document;
}

/** OpenAPI document and its reader, from this process alone. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup(READER_PATH, app, () => openApiDocument(app), {
    jsonDocumentUrl: OPENAPI_PATH,
    raw: ['json'],
    customSiteTitle: 'Fund Ledger',
  });
}
