import type { Choices } from './choices.ts';
import { isWithin, keyFields, namedType, type AbstractModel, type GraphModel, type TypeModel } from './graph-model.ts';

/** Puts into each subgraph the types that its fields lead to. */
export function completeModel(model: GraphModel, choices: Choices): void {
  let changed = true;

  function mention(typeName: string, subgraph: string): void {
    const type = model.types.get(typeName);
    if (type === undefined || isWithin(type, subgraph)) return;
    changed = true;
    add(type, subgraph);
  }

  function add(type: TypeModel, subgraph: string): void {
    switch (type.kind) {
      case 'entity': {
        const key = choices.pick(type.keys, 'reference', type.name, subgraph);
        type.members.set(subgraph, {
          keys: [key],
          isResolvable: choices.chance(60, 'resolvable', type.name, subgraph),
        });
        return;
      }
      case 'value':
        type.within.add(subgraph);
        for (const field of type.fields) field.owners.add(subgraph);
        return;
      case 'interface':
      case 'union':
        addAbstract(type, subgraph);
        return;
      case 'keyed-interface':
        type.objects.add(subgraph);
        return;
      case 'root':
    }
  }

  // The first member is everywhere, so that a value with such a field can be the same in each of its subgraphs.
  function addAbstract(type: AbstractModel, subgraph: string): void {
    const [first, ...others] = type.members;
    const members = [first!, ...others.filter((name) => choices.chance(50, 'within', type.name, subgraph, name))];
    type.within.set(subgraph, members);
    for (const name of members) {
      mention(name, subgraph);
      const member = model.types.get(name);
      const promised = type.fields[0]?.name;
      if (member?.kind === 'entity') member.fields.find((field) => field.name === promised)?.owners.add(subgraph);
    }
  }

  while (changed) {
    changed = false;
    for (const type of model.types.values()) {
      for (const [subgraph, named] of mentions(type)) mention(named, subgraph);
    }
  }
}

/** What must be in which subgraph because the type is. */
function* mentions(type: TypeModel): Generator<readonly [string, string]> {
  if (type.kind === 'entity') {
    for (const [subgraph, { keys }] of type.members)
      for (const key of keys) for (const [, keyType] of keyFields(type.name, key)) yield [subgraph, namedType(keyType)];
  }
  if (type.kind === 'keyed-interface') {
    for (const field of type.fields)
      for (const subgraph of field.owners) if (!type.hosts.has(subgraph)) yield [subgraph, type.name];
  }
  if (type.kind === 'interface') return;
  for (const field of type.fields) for (const subgraph of field.owners) yield [subgraph, namedType(field.type)];
}
