import t from "tap";
import { planRenewal } from "../../../src/core/refresh/validity.ts";

const HOUR = 3_600_000;

t.test("the renewal is due after half to two thirds of what is left", async (t) => {
  const rows = [
    [HOUR, 0, HOUR / 2],
    [HOUR, 0.5, (HOUR * 7) / 12],
    [HOUR, 1, (HOUR * 2) / 3],
    [12 * HOUR, 0, 6 * HOUR],
    [30_000, 1, 20_000],
  ] as const;
  for (const [lifetime, random, due] of rows) {
    const now = Date.UTC(2026, 0, 1);
    const { expiresAt, renewAt } = planRenewal(now + lifetime, now, random);
    t.equal(expiresAt, now + lifetime);
    t.ok(Math.abs(renewAt - now - due) <= 1, `${lifetime} ms at ${random}`);
  }
});
