import type { IntrospectionQuery } from 'graphql';

/** A plain service, as the config has it. */
export type ServiceAddress = { readonly subgraph: string; readonly name: string; readonly url: string };

/** What plain services last said their schemas are. Lives longer than one engine: a service may be down at a reload. */
export class ServiceSchemas {
  readonly #known = new Map<string, IntrospectionQuery>();

  get(service: ServiceAddress): IntrospectionQuery | undefined {
    return this.#known.get(identify(service));
  }

  set(service: ServiceAddress, schema: IntrospectionQuery): void {
    this.#known.set(identify(service), schema);
  }
}

function identify({ subgraph, name, url }: ServiceAddress): string {
  return JSON.stringify([subgraph, name, url]);
}
