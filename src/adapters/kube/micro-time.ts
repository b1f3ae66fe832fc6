/** A time in milliseconds since the epoch as Kubernetes writes a MicroTime, with six decimals. */
export function toMicroTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, -1)}000Z`;
}
