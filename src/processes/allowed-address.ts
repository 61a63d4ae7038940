/**
 * Addresses that requests name and this service opens. A server that opens whatever it is told can be turned against its own network,
 * so the operator lists origins, and an address has to be of one of them: scheme, host and port, compared whole.
 */

/** @returns the address without its fragment; null for any other origin, another scheme, or a user in it */
export function findAllowed(address: string, origins: readonly string[]): URL | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '' || !origins.includes(url.origin)) return null;
  url.hash = '';
  return url;
}
