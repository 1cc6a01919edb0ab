import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export type Certificate = {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly files: { cert: string; key: string };
};

/** An authority, a service's certificate for `localhost` and 127.0.0.1, and a client's: made by openssl, once a test file. */
export function createCertificates(): {
  readonly ca: Buffer;
  readonly caFile: string;
  readonly server: Certificate;
  readonly client: Certificate;
  readonly remove: () => void;
} {
  const folder = mkdtempSync(path.join(tmpdir(), 'selvedge-tls-'));
  const at = (file: string): string => path.join(folder, file);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test authority');
  const issue = (name: string, subject: string, names: string): Certificate => {
    const extension = ['-addext', `subjectAltName=${names}`, '-addext', 'basicConstraints=CA:FALSE'];
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-subj', subject, ...extension];
    openssl('req', '-x509', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.pem`, ...signed);
    const files = { cert: at(`${name}.pem`), key: at(`${name}.key`) };
    return { cert: readFileSync(files.cert), key: readFileSync(files.key), files };
  };
  return {
    ca: readFileSync(at('ca.pem')),
    caFile: at('ca.pem'),
    server: issue('server', '/CN=stock', 'DNS:stock.internal,IP:127.0.0.1'),
    client: issue('client', '/CN=gateway', 'DNS:gateway.internal'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
