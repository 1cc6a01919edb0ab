/** A token's scopes: `scope` (RFC 8693, 4.2) and `scp`, each a text parted by spaces or a list. */
export function readScopes(claims: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  return new Set([...words(claims['scope']), ...words(claims['scp'])]);
}

function words(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim.split(/\s+/).filter((word) => word !== '');
  return Array.isArray(claim) ? claim.filter((word) => typeof word === 'string') : [];
}
