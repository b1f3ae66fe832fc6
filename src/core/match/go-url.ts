import { toByteString } from "./byte-string.ts";
import { isIPv6 } from "./ipv6.ts";
import { decodeEscapes, decodeHost, decodeZone, hasBrokenEscape } from "./percent-escapes.ts";

/** The parts of a URL that kubelet compares, as byte strings. */
export type SchemelessUrl = {
  /** Without the port; without the brackets of an IPv6 address only where a port follows it. */
  readonly host: string;
  readonly port: string;
  readonly path: string;
};

/** The outcome of parsing a URL without its scheme. */
export type ParsedUrl =
  | { readonly ok: true; readonly url: SchemelessUrl }
  | { readonly ok: false; readonly error: string };

/**
 * What kubelet makes of a key or an image name: credentialprovider.ParseSchemelessURL and SplitURL, that is Go 1.26's
 * url.Parse of `https://` and the text, then net.SplitHostPort. No WHATWG URL: that one lowers the host's case, drops
 * `:443` and resolves `..`. The errors are in our own words, because people read them about their configuration.
 */
export function parseSchemelessUrl(text: string): ParsedUrl {
  const [beforeFragment, fragment] = cut(toByteString(text), "#");
  if (hasControlCharacter(beforeFragment)) return failed("it holds a control character");
  const [beforeQuery] = cut(beforeFragment, "?");
  const slash = beforeQuery.indexOf("/");
  const authority = slash === -1 ? beforeQuery : beforeQuery.slice(0, slash);
  const path = slash === -1 ? "" : beforeQuery.slice(slash);

  const at = authority.lastIndexOf("@");
  const userinfo = authority.slice(0, Math.max(at, 0));
  if (/[^\w.~!$&'()*+,;=:%@-]/.test(userinfo)) return failed("what stands before the @ is no user name");
  if ([userinfo, path, fragment].some(hasBrokenEscape))
    return failed("a % is not followed by two hexadecimal digits");

  const host = parseHost(authority.slice(at + 1));
  return host.ok ? { ok: true, url: { ...splitHostPort(host.host), path: decodeEscapes(path) } } : host;
}

type ParsedHost =
  | { readonly ok: true; readonly host: string }
  | { readonly ok: false; readonly error: string };

// net/url parseHost, for the scheme https: a bracket opens an IPv6 address, and nothing but a port follows a colon.
function parseHost(authority: string): ParsedHost {
  const bracket = authority.lastIndexOf("[");
  if (bracket > 0)
    return failed("[ starts an IPv6 address and can't stand inside a host; of the globs, only * works there");
  if (bracket === 0) return parseIPv6Host(authority);
  const colon = authority.indexOf(":");
  if (colon !== -1 && !isOptionalPort(authority.slice(colon))) return failed("the port is no number");
  const host = decodeHost(authority);
  return host === null ? failed("the host holds a character that no host has") : { ok: true, host };
}

function parseIPv6Host(authority: string): ParsedHost {
  const end = authority.lastIndexOf("]");
  if (end === -1) return failed("the ] that ends an IPv6 address is missing");
  const literal = authority.slice(1, end);
  const zoneStart = literal.indexOf("%25"); // RFC 6874: an escaped % starts the zone
  const address = decodeHost(zoneStart === -1 ? literal : literal.slice(0, zoneStart));
  const zone = zoneStart === -1 ? "" : decodeZone(literal.slice(zoneStart));
  if (address === null || zone === null || !isIPv6(address + zone))
    return failed("[ starts an IPv6 address and none follows; of the globs, only * works in a host");
  const port = authority.slice(end + 1);
  if (!isOptionalPort(port)) return failed("the port is no number");
  return { ok: true, host: `[${address}${zone}]${port}` };
}

// net.SplitHostPort; kubelet takes the whole for the host where that fails.
function splitHostPort(text: string): { readonly host: string; readonly port: string } {
  const whole = { host: text, port: "" };
  const colon = text.lastIndexOf(":");
  if (colon === -1) return whole;
  const isBracketed = text.startsWith("[");
  if (isBracketed && text.indexOf("]") !== colon - 1) return whole;
  const host = isBracketed ? text.slice(1, colon - 1) : text.slice(0, colon);
  if (/[[\]]/.test(host) || (!isBracketed && host.includes(":"))) return whole;
  return { host, port: text.slice(colon + 1) };
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++)
    if (text.charCodeAt(i) < 0x20 || text.charCodeAt(i) === 0x7f) return true;
  return false;
}

function isOptionalPort(text: string): boolean {
  return text === "" || (text.startsWith(":") && !/[^0-9]/.test(text.slice(1)));
}

function cut(text: string, separator: string): readonly [before: string, after: string] {
  const index = text.indexOf(separator);
  return index === -1 ? [text, ""] : [text.slice(0, index), text.slice(index + 1)];
}

function failed(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
