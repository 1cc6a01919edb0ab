// What teams do about each of Apollo's composition errors that they meet often.
const REMEDIES: Readonly<Record<string, string>> = {
  NO_QUERIES: 'Give one subgraph a `type Query` with at least one field.',
  FIELD_TYPE_MISMATCH: 'Give the field the same type in every subgraph, or rename it in one of them.',
  FIELD_ARGUMENT_TYPE_MISMATCH: 'Give the argument the same type in every subgraph.',
  EXTERNAL_TYPE_MISMATCH: 'Give the @external field the type it has in the subgraph that resolves it.',
  TYPE_KIND_MISMATCH: 'Make the type the same kind in every subgraph, or rename it in one of them.',
  INVALID_FIELD_SHARING:
    'Mark the field @shareable in every subgraph that resolves it, let one take it over with @override(from:), or make it @external where it is not resolved.',
  SATISFIABILITY_ERROR:
    'Give the type a @key that the subgraphs share, so that the gateway can get from one to the other, or resolve the field in the subgraph that is asked.',
  EXTERNAL_MISSING_ON_BASE: 'Define the field in the subgraph that owns it, or take it out here.',
  EXTERNAL_ARGUMENT_MISSING: 'Give the @external field the arguments it has in the subgraph that resolves it.',
  EXTERNAL_UNUSED: 'Take the field out, or use it in @requires, @provides or @key.',
  EXTENSION_WITH_NO_BASE: 'Define the type in one subgraph (`type`, not `extend type`), or correct its name.',
  KEY_INVALID_FIELDS: 'Name fields in @key that this type has in this subgraph.',
  KEY_FIELDS_HAS_ARGS: 'Use a key field without arguments.',
  KEY_FIELDS_SELECT_INVALID_TYPE: 'Use key fields that are scalars, enums or objects.',
  REQUIRES_INVALID_FIELDS: 'Add the fields that @requires names to the type in this subgraph, marked @external.',
  REQUIRES_FIELDS_MISSING_EXTERNAL:
    'Mark the fields that @requires names @external: this subgraph does not resolve them.',
  PROVIDES_INVALID_FIELDS: "Name fields in @provides that the field's type has in this subgraph, marked @external.",
  PROVIDES_FIELDS_MISSING_EXTERNAL: 'Mark the fields that @provides names @external.',
  OVERRIDE_SOURCE_HAS_OVERRIDE: 'Let one subgraph only override the field.',
  OVERRIDE_FROM_SELF_ERROR: 'Name the other subgraph in @override(from:).',
  OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE: 'Take one of the two directives away.',
  INTERFACE_FIELD_NO_IMPLEM: 'Add the field to the implementing type, or take it out of the interface.',
  INTERFACE_OBJECT_USAGE_ERROR:
    'Define the interface itself in one subgraph, and give it and each @interfaceObject type the same @key.',
  ENUM_VALUE_MISMATCH:
    'Define the enum with the same values in every subgraph: it is used both for arguments and for answers.',
  EMPTY_MERGED_ENUM_TYPE: 'Give the enum at least one value that all subgraphs have.',
  EMPTY_MERGED_INPUT_TYPE: 'Give the input type at least one field that all subgraphs have.',
  REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH: 'Add the argument in the other subgraphs, or make it nullable.',
  REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH: 'Add the input field in the other subgraphs, or make it nullable.',
  INPUT_FIELD_DEFAULT_MISMATCH: 'Give the input field the same default in every subgraph.',
  FIELD_ARGUMENT_DEFAULT_MISMATCH: 'Give the argument the same default in every subgraph.',
  REFERENCED_INACCESSIBLE: 'Mark what refers to the inaccessible element @inaccessible too.',
  ONLY_INACCESSIBLE_CHILDREN: 'Leave one field accessible, or mark the whole type @inaccessible.',
  REQUIRED_INACCESSIBLE: 'Make it accessible, or nullable: clients could never give it.',
  IMPLEMENTED_BY_INACCESSIBLE: "Make the implementing type's field accessible, or the interface's field @inaccessible.",
  QUERY_ROOT_TYPE_INACCESSIBLE: 'Take @inaccessible off the query root type.',
  AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE:
    'Put the directive on the implementing types or their fields: the interface takes over what they need.',
  MISSING_TRANSITIVE_AUTH_REQUIREMENTS: 'Protect the field at least as strictly as the fields it @requires.',
  UNKNOWN_FEDERATION_LINK_VERSION: 'Link a version of Federation between v2.0 and v2.9.',
  INVALID_LINK_DIRECTIVE_USAGE: 'Import only names that the linked version of the specification has.',
};

/** What to do about a composition error, or undefined where its message says it all. */
export function remedyFor(code: string): string | undefined {
  return Object.hasOwn(REMEDIES, code) ? REMEDIES[code] : undefined;
}
