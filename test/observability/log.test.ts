import { describe, expect, it } from 'vitest';
import { createJsonLog, createTextLog, type Log } from '../../src/observability/log.ts';

function logged(create: (write: (line: string) => void) => Log, ...event: Parameters<Log>): string {
  let written = '';
  create((text) => void (written += text))(...event);
  return written;
}

/** What a resolver threw, wrapped twice on its way out. */
function failure(): Error {
  const thrown = new Error('no such order');
  thrown.stack = 'Error: no such order\n    at total (resolvers/orders.ts?load=2:7:9)';
  return new Error('The resolver failed.', { cause: new Error(thrown.message, { cause: thrown }) });
}

describe('the text log', () => {
  it('prints a stack below its line, indented, once', () => {
    const error = failure();
    error.stack = 'Error: The resolver failed.\n    at run (run.ts:1:1)';
    const event = ['error', 'Unexpected fault.', { requestId: 'r1', path: undefined, cause: error }] as const;
    expect(logged(createTextLog, ...event)).toBe(`error Unexpected fault. requestId="r1"
      Error: The resolver failed.
          at run (run.ts:1:1)
      caused by Error: no such order
          at total (resolvers/orders.ts:7:9)
`);
  });

  it('leaves out the stack of an error that its line has said, where another is behind it', () => {
    expect(logged(createTextLog, 'error', 'The resolver failed.', { cause: failure() }))
      .toBe(`error The resolver failed.
      Error: no such order
          at total (resolvers/orders.ts:7:9)
`);
  });

  it('says what a stack says only there', () => {
    const text = logged(createTextLog, 'error', 'Unexpected fault.', { detail: 'no such order', cause: failure() });
    expect(text.match(/no such order/g)).toHaveLength(1);
  });

  it('gives other trouble one line', () => {
    const event = ['warn', 'The message broker cannot be reached', { broker: 'b', error: failure() }] as const;
    expect(logged(createTextLog, ...event)).toBe(
      'warn  The message broker cannot be reached broker="b" error="Error: The resolver failed.: Error: no such order"\n',
    );
  });

  it('lets no text pass for a line of its own', () => {
    const error = new Error('x\nerror forged\u001b[2J');
    const text = logged(createTextLog, 'error', 'a\nb', { cause: error, name: 'c\nd' });
    expect(text.split('\n').filter((line) => /^\S/.test(line))).toEqual(['error a\\nb name="c\\nd"']);
    expect(text).not.toContain('\u001b');
  });
});

describe('the JSON log', () => {
  it('is one object a line, with the stacks of our own faults', () => {
    const [line = '', rest] = logged(createJsonLog, 'error', 'm', { cause: failure() }).split('\n');
    expect(rest).toBe('');
    expect(JSON.parse(line)).toMatchObject({
      level: 'error',
      message: 'm',
      cause: {
        message: 'The resolver failed.',
        stack: expect.any(String),
        cause: { message: 'no such order', stack: expect.stringContaining('resolvers/orders.ts') },
      },
    });
    expect(logged(createJsonLog, 'warn', 'm', { error: failure() })).not.toContain('orders.ts');
  });
});
