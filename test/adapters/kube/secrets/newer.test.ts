import fc from "fast-check";
import t from "tap";
import { isNewer } from "../../../../src/adapters/kube/secrets/newer.ts";

t.test("resource versions are compared as numbers, however long", async (t) => {
  const rows: readonly (readonly [string | undefined, string | undefined, boolean])[] = [
    ["2", "1", true],
    ["1", "2", false],
    ["1", "1", false],
    ["10", "9", true],
    ["9", "10", false],
    ["18446744073709551616", "18446744073709551615", true],
    ["9007199254740993", "9007199254740992", true],
    [undefined, "1", true],
    ["1", undefined, true],
  ];
  for (const [version, than, expected] of rows)
    t.equal(isNewer(version, than), expected, `${version} > ${than}`);
});

t.test("the comparison agrees with the numbers themselves", async () => {
  const version = fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.bigInt({ min: 0n, max: 200n }));
  fc.assert(fc.property(version, version, (a, b) => isNewer(String(a), String(b)) === a > b));
});
