import { parseGlob } from "./glob.ts";
import type { MatchPattern } from "./match-pattern.ts";

/** The host of a pattern: its labels, and its port. */
type Host = Pick<MatchPattern, "labels" | "port">;

// A port takes the brackets off an address. Without it they stay, and only a glob such as `*]` can match them.
const IPV6 = /^[0-9A-Fa-f:]+$/;
const BARE_IPV6 = /^[0-9A-Fa-f*]*\]\**$/;

/** Why no image has a host that a pattern's host matches, or null where one can. What helps most is told first. */
export function explainHost(host: Host): string | null {
  return (
    explainEmptyLabel(host) ??
    explainBareIPv6(host) ??
    explainMalformedGlob(host) ??
    explainCharacter(host) ??
    explainLabelEnd(host) ??
    explainUnderscore(host) ??
    explainDotlessHost(host)
  );
}

function explainEmptyLabel({ labels }: Host): string | null {
  if (!labels.includes("")) return null;
  return labels.length === 1
    ? "it has no host; start it with one"
    : "its host has a dot too many; every label between two dots needs a character";
}

// Without a port, kubelet keeps the brackets, which make a character class of the address. An upper-case letter in it
// could be a host by itself.
function explainBareIPv6({ labels, port }: Host): string | null {
  const [label = ""] = labels;
  if (labels.length !== 1 || port !== "" || !/^\[[0-9a-f:]+\]$|^[0-9a-f]*:/.test(label)) return null;
  return "kubelet matches an IPv6 address only together with a port, such as [2001:db8::1]:5000";
}

function explainMalformedGlob({ labels }: Host): string | null {
  const malformed = labels.find((label) => parseGlob(label) === null);
  return malformed === undefined ? null : `${JSON.stringify(malformed)} is a malformed glob; use * only`;
}

function explainCharacter({ labels, port }: Host): string | null {
  if (labels.length === 1 && (port === "" ? BARE_IPV6 : IPV6).test(labels[0] ?? "")) return null;
  const text = labels.filter(hasOnlyStars).join("");
  const wrong = text.match(/[^\w*-]/)?.[0];
  if (wrong === undefined) return null;
  return wrong > "\x7f"
    ? "its host holds a letter outside ASCII; write the host in Punycode (xn--…)"
    : `no host of an image holds ${JSON.stringify(wrong)}; write the host as the images have it`;
}

function explainLabelEnd({ labels }: Host): string | null {
  const wrong = labels.find((label) => hasOnlyStars(label) && /^[-_]|[-_]$/.test(label));
  if (wrong === undefined) return null;
  return `no label of a host starts or ends like ${JSON.stringify(wrong)}; it needs a letter, a digit or * there`;
}

// An underscore makes a path of a host, as far as the grammar of image references goes; kubelet still takes it for one.
function explainUnderscore({ labels, port }: Host): string | null {
  const literals = labels.filter(hasOnlyStars);
  if (!literals.some((label) => label.includes("_"))) return null;
  if (port !== "") return "a host with _ can have no port in an image reference";
  if (literals.some((label) => /[A-Z]/.test(label)))
    return "a host with _ is lower-case in an image reference";
  return labels.length === 1 ? "no image has a host with _ and without a dot" : null;
}

function explainDotlessHost({ labels, port }: Host): string | null {
  const [label = ""] = labels;
  if (labels.length !== 1 || port !== "" || label === "localhost" || !/^[a-z0-9-]+$/.test(label)) return null;
  return (
    `in an image, ${JSON.stringify(label)} without a dot or a port is no registry but a name on Docker Hub; ` +
    `write "docker.io/${label}/", or "docker.io/library/${label}" for the official image`
  );
}

// Without a class or an escape, every character of a glob but the star stands for itself.
function hasOnlyStars(label: string): boolean {
  return !/[?[\\]/.test(label);
}
