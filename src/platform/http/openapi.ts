import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { OPENAPI_PATH } from './routes/guard-routes.js';

const READER_PATH = 'docs';

/** Describes every route, as the document that tests and clients read. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const description = new DocumentBuilder()
    .setTitle('Fund Ledger')
    .setDescription(
      [
        'Ledger of the Guangzhou e-commerce fund (穗府辦〔2014〕54號). Money is a string in yuan, dates are YYYY-MM-DD, instants RFC 3339 UTC.',
        'Every POST but sign-in takes an Idempotency-Key. Refusals are application/problem+json with a stable `code`;',
        '`title` and `detail` follow Accept-Language (zh-Hant, zh-Hans, en).',
      ].join(' '),
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'accessToken of POST /auth/login' })
    .addSecurityRequirements('bearer')
    .addGlobalResponse({ status: 'default', description: 'A refusal: application/problem+json (RFC 9457)' })
    .build();
  return SwaggerModule.createDocument(app, description);
}

/** OpenAPI document and its reader, from this process alone. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup(READER_PATH, app, () => openApiDocument(app), {
    jsonDocumentUrl: OPENAPI_PATH,
    raw: ['json'],
    customSiteTitle: 'Fund Ledger',
  });
}
