import { toCamelCase } from '../words.ts';

/** A channel's address as a topic: segments parted by dots, its parameters as arguments. */
export function toTopic(address: string): { readonly topic: string } | { readonly why: string } {
  const named = address.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => `{${toCamelCase(name)}}`);
  const literals = named.replaceAll(/\{[^{}]*\}/g, 'x').replace(/^\//, '');
  if (literals.includes('/') && literals.includes('.')) {
    return { why: `its address "${address}" has both "/" and ".", of which only one can part a topic` };
  }
  if (/[\s+#*>?=&]|:\/\//.test(literals)) return { why: `its address "${address}" is no topic` };
  const topic = named.replace(/^\//, '').replaceAll('/', '.');
  return topic.split('.').includes('') ? { why: `its address "${address}" has an empty segment` } : { topic };
}
