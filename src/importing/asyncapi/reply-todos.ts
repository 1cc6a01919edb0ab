import type { Todo } from '../draft.ts';
import type { AsyncOperation } from './operations.ts';

/** Where a channel's name says that another one answers it, which the description does not. */
export function replyTodos(operation: AsyncOperation, all: readonly AsyncOperation[]): readonly Todo[] {
  const { action, reply, address = '' } = operation;
  if (action !== 'receive' || reply !== undefined || !asks.test(address)) return [];
  const subject = subjectOf(address);
  const answer = all.find(
    (other) =>
      other.action === 'send' && answers.test(other.address ?? '') && subjectOf(other.address ?? '') === subject,
  );
  if (answer === undefined) return [];
  const text = `perhaps ${answer.address} answers it. If the service sends to the reply address, @request waits for it`;
  return [{ kind: 'reply', text }];
}

const asks = /(?<![a-z])(requests?|req|query|queries|commands?|cmd)(?![a-z])/i;
const answers = /(?<![a-z])(reply|replies|responses?|resp|results?|answers?)(?![a-z])/i;

/** What is left without the word that says which of the two it is. */
function subjectOf(address: string): string {
  return address
    .replace(asks, '')
    .replace(answers, '')
    .replaceAll(/[^A-Za-z0-9{}]/g, '')
    .toLowerCase();
}
