/** Whether Go's netip.ParseAddr reads an IPv6 address: eight groups, `::` for some, IPv4 at the end, perhaps a zone. */
export function isIPv6(text: string): boolean {
  const percent = text.indexOf("%");
  if (percent === text.length - 1) return false; // an empty zone, or no text at all
  const halves = (percent === -1 ? text : text.slice(0, percent)).split("::");
  if (halves.length > 2) return false;

  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const endsInIPv4 = halves.at(-1) !== "" && isIPv4(groups.at(-1) ?? "");
  const hexadecimal = endsInIPv4 ? groups.slice(0, -1) : groups;
  if (!hexadecimal.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;

  const count = hexadecimal.length + (endsInIPv4 ? 2 : 0);
  return halves.length === 2 ? count <= 7 : count === 8;
}

function isIPv4(text: string): boolean {
  const octets = text.split(".");
  return (
    octets.length === 4 &&
    octets.every((octet) => /^(?:0|[1-9][0-9]{0,2})$/.test(octet) && Number(octet) <= 255)
  );
}
