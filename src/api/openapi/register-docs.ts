import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { registerCompression } from '../compression.ts';
import { answerConditionally } from '../conditional.ts';
import { openApiDocument } from './document.ts';

/** Scripts and data from this server alone. Swagger UI sets styles on its elements. */
const directives = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
  formAction: ["'none'"],
};

/**
 * `/v1/openapi.json` and, for people, `/v1/docs`. Open to all: they tell what every kbgap answers and nothing of this one, and a
 * browser has no token yet when it opens the page.
 */
export async function registerDocs(server: FastifyInstance, isSecure: boolean): Promise<void> {
  await registerCompression(server);
  const document = openApiDocument();
  const text = JSON.stringify(document);
  server.get('/v1/openapi.json', { onSend: [answerConditionally] }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(text),
  );
  const [{ default: swagger }, { default: swaggerUi }] = await Promise.all([
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
  ]);
  await server.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives },
    strictTransportSecurity: isSecure,
  });
  await server.register(swagger, { mode: 'static', specification: { document: document as never } });
  await server.register(swaggerUi, {
    routePrefix: '/v1/docs',
    uiConfig: { validatorUrl: null, deepLinking: true },
    theme: { title: 'kbgap API' },
  });
}
