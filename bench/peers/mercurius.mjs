// node mercurius.mjs PORT SERVICES FOLDER
import { readFileSync } from 'node:fs';
import mercuriusGateway from '@mercuriusjs/gateway';
import Fastify from 'fastify';

const [port, services, folder] = process.argv.slice(2);
const app = Fastify();
app.register(mercuriusGateway, {
  jit: 1,
  gateway: {
    services: ['accounts', 'inventory', 'products', 'reviews'].map((name) => ({
      name,
      url: `${services}/${name}`,
      schema: readFileSync(`${folder}/${name}.graphql`, 'utf8').replace('type Query', 'extend type Query'),
      connections: 100,
    })),
  },
});
await app.listen({ port: Number(port), host: '127.0.0.1' });
