import { Kind, parse } from 'graphql';
import { readSelections, type FieldSelection, type Selections } from './selection.ts';

/** Reads field sets (Federation specification, "FieldSet"); equal texts give the same selections. */
export function createFieldSets(): (text: string) => Selections {
  const known = new Map<string, Selections>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const selections = readFieldSet(text);
    known.set(text, selections);
    return selections;
  };
}

function readFieldSet(text: string): Selections {
  const [definition] = parse(`{${text}}`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return [];
  return readSelections(definition.selectionSet, { fragments: new Map(), toResponseKey: () => undefined });
}

/** The fields of a field set at the top, those inside its fragments among them. */
export function fieldsOf(selections: Selections): readonly FieldSelection[] {
  return selections.flatMap((selection) => (selection.kind === 'field' ? [selection] : fieldsOf(selection.selections)));
}
