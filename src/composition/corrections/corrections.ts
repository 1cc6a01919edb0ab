import { abstractFieldTypes } from './abstract-field-types.ts';
import { circularRequirements } from './circular-requirements.ts';
import type { Correction } from './correction.ts';
import { deadOverrides } from './dead-overrides.ts';
import { externalCodes } from './external-codes.ts';
import { fieldSets } from './field-sets.ts';
import { hiddenInterfaceArguments } from './hidden-interface-arguments.ts';
import { inaccessibleRules } from './inaccessible-rules.ts';
import { interfaceEntities } from './interface-entities.ts';
import { interfaceExternals } from './interface-externals.ts';
import { interfaceObjectExternals } from './interface-object-externals.ts';
import { interfaceObjectSharing } from './interface-object-sharing.ts';
import { linkRules } from './link-rules.ts';
import { misnamedProblems } from './misnamed-problems.ts';
import { overrideRules } from './override-rules.ts';
import { queryFields } from './query-fields.ts';
import { requiresOnInterfaces } from './requires-on-interfaces.ts';
import { rootFieldTypes } from './root-field-types.ts';
import { sharedRuntimeTypes } from './shared-runtime-types.ts';

/** All that is known to be wrong with the composer. Only the codes depend on the order: first renamed, then weighed. */
export const corrections = {
  deadOverrides,
  requiresOnInterfaces,
  queryFields,
  interfaceObjectSharing,
  misnamedProblems,
  externalCodes,
  fieldSets,
  overrideRules,
  interfaceExternals,
  interfaceEntities,
  inaccessibleRules,
  linkRules,
  sharedRuntimeTypes,
  circularRequirements,
  abstractFieldTypes,
  rootFieldTypes,
  interfaceObjectExternals,
  hiddenInterfaceArguments,
} satisfies Readonly<Record<string, Correction>>;
