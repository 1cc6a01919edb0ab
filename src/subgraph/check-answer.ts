import { Kind, type TypeNode } from 'graphql';
import { type BatchArgument, type CallSite, readMatch } from './call-site.ts';
import { followExpression } from './expression-shape.ts';
import { fitEntity, fitType } from './fit-type.ts';
import { anyShape, type Shape } from './shape.ts';

type Answer = {
  /** What is known of the service's answer. */
  readonly shape: Shape;
  /** For messages: where the value is read from. */
  readonly name: string;
  readonly code: string;
  readonly select: string | undefined;
  readonly batch: BatchArgument | undefined;
};

/** Checks that what a call's `select` gives of its answer has what the field's, or the entity's, type asks for. */
export function checkAnswer(site: CallSite, answer: Answer): void {
  const { code, batch } = answer;
  const selected = selectOf(site, answer);
  if (selected === undefined) return;
  if (batch !== undefined && selected.kind !== 'list' && selected.kind !== 'any') {
    site.fault(code, 'is batched, but the answer is no list', 'Select the list of answers.', answer.select);
    return;
  }
  // A field's batched answer is a list of items, of which one or several are each parent's.
  if (batch !== undefined && site.kind === 'field') {
    if (selected.kind === 'list') checkItems(site, selected.of, batch, code);
    return;
  }
  const type = site.returns ?? entityType(site.typeName, batch !== undefined);
  const fit = site.kind === 'entity' ? fitEntity : fitType;
  const context = { ...site.fit, mayLack: answer.shape.kind === 'any' };
  fit(type, selected, context, (message, remedy) =>
    site.fault(code, `cannot be read from ${answer.name}: ${message}`, remedy, answer.select),
  );
}

/** The same where nothing is known of the answer but what `select` makes of it. */
export function checkSelect(site: CallSite, args: { readonly select?: string; readonly batch?: BatchArgument }): void {
  const { select, batch } = args;
  if (select === undefined) return;
  checkAnswer(site, { shape: anyShape, name: 'what it selects', code: 'ANSWER_MISMATCH', select, batch });
}

/** Pages are gathered out of lists, whatever the field is. */
export function checkSelectOfPages(site: CallSite, { select }: { readonly select?: string }): void {
  const selected = selectOf(site, { shape: anyShape, code: 'ANSWER_MISMATCH', select });
  if (selected?.kind === 'leaf' || selected?.kind === 'object')
    site.fault('ANSWER_MISMATCH', 'has pages, but selects no list of them', 'Select the items of a page.', select);
}

function selectOf(
  site: CallSite,
  { shape, code, select }: Pick<Answer, 'shape' | 'code' | 'select'>,
): Shape | undefined {
  if (select === undefined) return shape;
  const compiled = site.answerExpression('select', select);
  const onUnknown = (message: string, remedy: string) =>
    site.fault(code, `has a select that ${message}`, remedy, select);
  return compiled && followExpression(compiled.node, shape, onUnknown);
}

/** An item bears the key it belongs to under the key's own name, or as the service calls it. */
function checkItems({ fit, fault }: CallSite, item: Shape, batch: BatchArgument, code: string): void {
  if (item.kind !== 'object') return;
  const missing = readMatch(batch).filter(
    (name) => ![name, fit.toWireName(name)].some((one) => item.names.includes(one)),
  );
  for (const name of missing)
    fault(
      code,
      `is batched, but no item that it selects has "${name}" to be matched by`,
      `Select it too: "${name}: …".`,
    );
}

function entityType(name: string, isList: boolean): TypeNode {
  const type: TypeNode = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } };
  return isList ? { kind: Kind.LIST_TYPE, type } : type;
}
