/** The certificates of a service that is spoken to over TLS, in PEM. */
export type TlsFiles = {
  /** What the service's certificate must be signed by; the system's authorities when absent. */
  readonly ca?: Buffer | undefined;
  /** The gateway's own, for services that want to know who calls. */
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
  /** The name that the service's certificate must have; its host when absent. */
  readonly serverName?: string | undefined;
};
