import type { ConfigPath } from './config-source.ts';
import { isDescriptorSet } from './descriptor-set-file.ts';
import type { Config } from './schema.ts';

type Fault = { readonly path: ConfigPath; readonly message: string; readonly remedy: string };

/** A service of a subgraph (its own, or a further one) that is asked what it offers. */
type Asked = { readonly path: ConfigPath; readonly url: string | undefined; readonly reflection: true | string };

/** What contradicts itself in how services are asked for their contracts. */
export function findReflectionFaults({ subgraphs = {} }: Config['graph']): Fault[] {
  const asked = Object.entries(subgraphs).flatMap(([name, subgraph]): Asked[] => {
    const at = ['graph', 'subgraphs', name];
    const services = [
      { at, ...subgraph },
      ...Object.entries(subgraph.sources ?? {}).map(([source, rest]) => ({ at: [...at, 'sources', source], ...rest })),
    ];
    return services.flatMap(({ at: of, url, reflection }) =>
      reflection === undefined ? [] : [{ path: [...of, 'reflection'], url, reflection }],
    );
  });
  const twice = Object.entries(subgraphs).flatMap(([name, { proto, reflection }]): Fault[] => {
    if (proto === undefined || reflection === undefined) return [];
    const message = `"${name}" has both proto and reflection, and needs one contract only.`;
    return [{ path: ['graph', 'subgraphs', name, 'reflection'], message, remedy: 'Take one of them out.' }];
  });
  return [...twice, ...asked.flatMap((service) => faultOf(service, asked) ?? [])];
}

function faultOf(service: Asked, all: readonly Asked[]): Fault | undefined {
  const { path, url, reflection } = service;
  const of = path.join('.');
  if (typeof reflection === 'string') {
    if (!isDescriptorSet(reflection)) {
      const message = `${of} names a file that is called like no descriptor set.`;
      return { path, message, remedy: 'Call it something.binpb.' };
    }
    const first = all.find((other) => other.reflection === reflection);
    if (first !== service) {
      const message = `${of} names the file where ${first?.path.join('.')} is kept.`;
      return { path, message, remedy: 'Give each its own.' };
    }
  }
  if (url !== undefined && /^grpcs?:/.test(url)) return undefined;
  return {
    path,
    message: `${of}: there is no grpc: or grpcs: URL to ask.`,
    remedy: 'Set its url, or take reflection out.',
  };
}
