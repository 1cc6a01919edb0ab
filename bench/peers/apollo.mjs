// node apollo.mjs PORT SERVICES FOLDER
import { readFileSync } from 'node:fs';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

const [port, , folder] = process.argv.slice(2);
const gateway = new ApolloGateway({ supergraphSdl: readFileSync(`${folder}/supergraph.graphql`, 'utf8') });
const server = new ApolloServer({ gateway, introspection: false, csrfPrevention: true });
await startStandaloneServer(server, { listen: { port: Number(port), host: '127.0.0.1', path: '/graphql' } });
