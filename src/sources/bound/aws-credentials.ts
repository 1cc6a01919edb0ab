import type { Credentials } from 'aws4';

export type CredentialSettings = {
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly sessionToken?: string | undefined;
  /** Of the shared config and credentials files. */
  readonly profile?: string | undefined;
};

/** The credentials that calls are signed with: fetched by the first that needs them, and kept until they are near their end. */
export type AwsCredentials = {
  /** Rejects, for all that wait alike, with what keeps them from being there: text without secrets. */
  readonly get: () => Promise<Credentials>;
  /** AWS takes these no longer, whatever they say themselves. False where there would be no others. */
  readonly renew: (refused: Credentials) => boolean;
};

type Provider = () => Promise<Credentials>;

/** A source that does not answer is given up, and not asked again for a while: every call would have to wait for it. */
const GIVE_UP_AFTER_MS = 8000;
const REST_AFTER_FAILURE_MS = 5000;

/** One call of STS, of which the library itself would make three without a bound. */
const STS_REQUEST = { connectionTimeout: 1000, requestTimeout: 3000 };

/** The config's credentials, else those of the environment, else of the chain that AWS' own tools have. */
export function createAwsCredentials(settings: CredentialSettings, region: string): AwsCredentials {
  const fixed = toFixed(settings) ?? (settings.profile === undefined ? readEnvironment() : undefined);
  if (fixed !== undefined) return { get: async () => fixed, renew: () => false };
  let provider: Promise<Provider> | undefined;
  let last: Credentials | undefined;
  let failed: { readonly error: Error; readonly untilMs: number } | undefined;

  async function load(made: Promise<Provider>): Promise<Credentials> {
    try {
      const loaded = await withinTime(made.then((provide) => provide()));
      if (provider === made) last = loaded;
      return loaded;
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      if (provider === made) {
        failed = { error, untilMs: performance.now() + REST_AFTER_FAILURE_MS };
        provider = undefined; // one that hangs would keep all later calls
      }
      throw error;
    }
  }

  return {
    get: async () => {
      if (failed !== undefined && performance.now() < failed.untilMs) throw failed.error;
      provider ??= createChain(settings, region);
      return load(provider);
    },
    renew: (refused) => {
      if (refused.secretAccessKey === last?.secretAccessKey) provider = undefined; // else somebody has been faster
      return true;
    },
  };
}

function toFixed({ accessKeyId, secretAccessKey, sessionToken }: CredentialSettings): Credentials | undefined {
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

/** Keys beside a profile are the profile's matter, as in AWS' own tools. */
function readEnvironment(): Credentials | undefined {
  const read = (name: string): string | undefined => (process.env[name] === '' ? undefined : process.env[name]);
  if (read('AWS_PROFILE') !== undefined) return undefined;
  return toFixed({
    accessKeyId: read('AWS_ACCESS_KEY_ID'),
    secretAccessKey: read('AWS_SECRET_ACCESS_KEY'),
    sessionToken: read('AWS_SESSION_TOKEN'),
  });
}

/** The library is loaded only where it is needed. It renews credentials five minutes before their end, once for all calls. */
async function createChain({ profile }: CredentialSettings, region: string): Promise<Provider> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  const said = new Set<string>();
  const provide = defaultProvider({
    ...(profile === undefined ? {} : { profile }),
    ignoreCache: true, // of the shared files: they may have changed since
    clientConfig: { region, requestHandler: STS_REQUEST, maxAttempts: 2 },
    logger: { info: nothing, warn: nothing, error: nothing, debug: (line) => void said.add(String(line)) },
  });
  return async () => {
    try {
      const { accessKeyId, secretAccessKey, sessionToken } = await provide();
      said.clear();
      return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
    } catch (cause) {
      throw new Error([...readReasons(said), describeFailure(cause)].join('; '));
    }
  };
}

const nothing = (): void => undefined;

/** The chain's last link says only that nothing was found; why not, each of them has said to its log. */
function readReasons(said: ReadonlySet<string>): string[] {
  const reasons = [...said].flatMap((line) => /^@smithy\/property-provider -> (?!Skipping)(.*)/s.exec(line)?.[1] ?? []);
  return reasons.map((reason) => describeFailure(new Error(reason)));
}

async function withinTime<T>(work: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => reject(new Error(NO_ANSWER)), GIVE_UP_AFTER_MS);
  work.then(resolve, reject);
  return promise.finally(() => clearTimeout(timer));
}

const NO_ANSWER = 'their source has not answered in time';

/** Parsers and commands quote what they were given, which may be the secret itself: of those, only the kind is told. */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'their source failed';
  if (error instanceof SyntaxError) return 'their source answered what is not JSON';
  if (error.message.startsWith('Command failed')) return 'the credential_process of the profile failed';
  return error.message.replaceAll(/\s+/g, ' ').slice(0, 300).replace(/\.$/, '');
}
