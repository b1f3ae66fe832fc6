/** The base URL of an endpoint, which is a host or an address with a scheme. */
export function toBaseUrl(endpoint: string): string {
  return /^https?:\/\//.test(endpoint) ? endpoint : `https://${endpoint}`;
}
