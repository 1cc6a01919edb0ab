import { type ConstDirectiveNode, Kind, parse, type TypeDefinitionNode, visit } from 'graphql';

/**
 * Whether a supergraph has what the native planner (0.0.38) was seen to end its process over, or never to come to an end
 * with: `@requires` in a graph whose entities have several keys, and interface objects. `test/differential` finds such cases.
 */
export function isFragileGraph(supergraphSdl: string): boolean {
  let hasRequires = false;
  let hasSeveralKeys = false;
  let hasInterfaceObject = false;
  const readType = ({ directives = [] }: TypeDefinitionNode): void => {
    const joins = directives.filter(({ name }) => name.value === 'join__type');
    const keys = joins.flatMap((join) => readString(join, 'key') ?? []);
    if (new Set(keys).size > 1) hasSeveralKeys = true;
    if (joins.some((join) => readTrue(join, 'isInterfaceObject'))) hasInterfaceObject = true;
  };
  visit(parse(supergraphSdl, { noLocation: true }), {
    ObjectTypeDefinition: readType,
    InterfaceTypeDefinition: readType,
    FieldDefinition({ directives = [] }) {
      if (directives.some((join) => readString(join, 'requires') !== undefined)) hasRequires = true;
    },
  });
  return hasInterfaceObject || (hasRequires && hasSeveralKeys);
}

function readString({ arguments: args = [] }: ConstDirectiveNode, name: string): string | undefined {
  const value = args.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function readTrue({ arguments: args = [] }: ConstDirectiveNode, name: string): boolean {
  const value = args.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.BOOLEAN && value.value;
}
