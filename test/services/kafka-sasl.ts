import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

export type SaslOptions = {
  /** `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`. */
  readonly mechanism: string;
  readonly users: Readonly<Record<string, string>>;
  /** `lies`: signs at the end as one would who does not know the password; the others: what it says first is no SCRAM. */
  readonly fault?: 'lies' | 'empty' | 'nonsense' | 'endless';
};

type Step = { readonly kind: 'more' | 'in'; readonly bytes: Buffer } | { readonly kind: 'refused' };

/** Takes what the client says, one message after the other. */
export type SaslServer = (message: Buffer) => Step;

const REFUSED: Step = { kind: 'refused' };
const ITERATIONS = 4096;

/** A server's side of one login. */
export function startSasl(options: SaslOptions): SaslServer {
  return options.mechanism === 'PLAIN' ? plain(options) : scram(options);
}

/** RFC 4616. */
function plain({ users }: SaslOptions): SaslServer {
  return (message) => {
    const [, user = '', password] = message.toString().split('\0');
    return Object.hasOwn(users, user) && users[user] === password ? { kind: 'in', bytes: Buffer.alloc(0) } : REFUSED;
  };
}

/** RFC 5802, section 3. */
function scram({ mechanism, users, fault }: SaslOptions): SaslServer {
  const algorithm = mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512';
  const size = algorithm === 'sha256' ? 32 : 64;
  const hmac = (key: Buffer, text: string) => createHmac(algorithm, key).update(text).digest();
  const salt = randomBytes(16);
  let clientFirst = '';
  let serverFirst = '';
  let password: string | undefined;

  function begin(message: string): Step {
    clientFirst = message.replace(/^n,,/, '');
    const fields = readFields(clientFirst);
    password = users[(fields['n'] ?? '').replaceAll('=2C', ',').replaceAll('=3D', '=')];
    serverFirst = `r=${fields['r']}${randomBytes(12).toString('hex')},s=${salt.toString('base64')},i=${ITERATIONS}`;
    if (fault === 'endless') serverFirst = serverFirst.replace(/i=.*/, 'i=2000000000');
    const said = fault === 'empty' ? '' : fault === 'nonsense' ? 'nonsense' : serverFirst;
    return { kind: 'more', bytes: Buffer.from(said) };
  }

  function end(message: string): Step {
    const fields = readFields(message);
    const proof = Buffer.from(fields['p'] ?? '', 'base64');
    if (password === undefined || fields['r'] !== readFields(serverFirst)['r'] || proof.length !== size) return REFUSED;
    const salted = pbkdf2Sync(password, salt, ITERATIONS, size, algorithm);
    const stored = createHash(algorithm).update(hmac(salted, 'Client Key')).digest();
    const all = [clientFirst, serverFirst, message.replace(/,p=.*$/, '')].join(',');
    const signature = hmac(stored, all);
    const key = Buffer.from(proof.map((byte, index) => byte ^ (signature[index] ?? 0)));
    if (!timingSafeEqual(createHash(algorithm).update(key).digest(), stored)) return REFUSED;
    const own = hmac(fault === 'lies' ? randomBytes(size) : hmac(salted, 'Server Key'), all);
    return { kind: 'in', bytes: Buffer.from(`v=${own.toString('base64')}`) };
  }

  return (message) => (clientFirst === '' ? begin(message.toString()) : end(message.toString()));
}

function readFields(message: string): Readonly<Record<string, string>> {
  return Object.fromEntries(message.split(',').map((field) => [field.slice(0, 1), field.slice(2)]));
}
