const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/;

/**
 * Reads the 32 hex digits of the trace out of a `traceparent` header; undefined where there is none, or none that is valid.
 * An API server that traces sends one with each call of a webhook.
 * (https://www.w3.org/TR/trace-context/#traceparent-header)
 */
export function readTraceId(traceparent: string | undefined): string | undefined {
  return traceparent === undefined ? undefined : TRACEPARENT.exec(traceparent)?.[1];
}
