import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/load-config.ts';
import { openGateway } from '../../src/gateway/open-gateway.ts';
import { Cancellation } from '../../src/model/cancellation.ts';
import { silentLog } from '../../src/observability/log.ts';
import { createFolder } from '../cli/command.ts';

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapMegabytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1_000_000;
}

it('keeps no more of ten thousand different operations, right and wrong ones, than of the last thousand', async () => {
  const base = await createFolder({
    'items.graphql': 'type Query { item(id: Int): Item }\ntype Item { id: Int name: String }\n',
    'items.js': 'export default { Query: { item: (_, { id }) => ({ id, name: `item ${id}` }) } };\n',
  });
  const subgraphs = { items: { schema: 'items.graphql', resolvers: 'items.js' } };
  const { config } = await parseConfig({ graph: { subgraphs } }, { base });
  const gateway = await openGateway(config, silentLog);
  const ask = (query: string) =>
    gateway.handle({
      query,
      operationName: undefined,
      variables: undefined,
      extensions: undefined,
      header: () => null,
      method: 'POST',
      cancellation: new Cancellation(),
    });
  const askMany = async (from: number, to: number): Promise<void> => {
    for (let id = from; id < to; id += 1) {
      // Every third one asks its service, every tenth is a wrong one.
      const fields = id % 3 === 0 ? `item(id: ${id}) { number: id name }` : `__typename`;
      const data = id % 3 === 0 ? { item: { number: id, name: `item ${id}` } } : { __typename: 'Query' };
      const answer = await ask(`query Item${id} { ${fields} }`);
      // Compared as text: ten thousand assertions would take longer than the answers.
      if (!JSON.stringify(answer).includes(JSON.stringify({ data }))) throw new Error(JSON.stringify(answer));
      if (id % 10 === 0) expect(await ask(`{ item(id: ${id}) { nam${id} } }`)).toMatchObject({ status: 400 });
    }
  };
  await askMany(0, 1500); // every cache is full
  const full = heapMegabytes();
  await askMany(1500, 10_000);
  // A thousand are some fifteen megabytes: if all were kept, a hundred and more would be added.
  expect(heapMegabytes() - full).toBeLessThan(20);
  await gateway.close(0);
}, 60_000);
