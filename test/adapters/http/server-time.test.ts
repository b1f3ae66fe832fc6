import t from "tap";
import { createServerTime } from "../../../src/adapters/http/server-time.ts";
import { impatientClock } from "../../builders/impatient-clock.ts";

const at = (date: string | undefined) => ({
  status: 403,
  headers: date === undefined ? {} : { date },
  body: "",
});

t.test("the server's time is taken where it differs, and goes on with the machine's clock", async (t) => {
  const clock = impatientClock({ now: Date.parse("2026-05-01T12:00:00Z") });
  const time = createServerTime(clock);
  t.equal(time.adopt(at(undefined)), false, "no date");
  t.equal(time.adopt(at("yesterday")), false, "no date that can be read");
  t.equal(time.adopt(at("Fri, 01 May 2026 12:00:04 GMT")), false, "no difference");
  t.equal(time.adopt(at("Fri, 01 May 2026 11:40:00 GMT")), true, "twenty minutes behind");
  t.equal(time.now(), Date.parse("2026-05-01T11:40:00Z"));
  t.equal(time.adopt(at("Fri, 01 May 2026 11:40:00 GMT")), false, "the difference is known now");
  clock.set(Date.parse("2026-05-01T12:01:00Z"));
  t.equal(time.now(), Date.parse("2026-05-01T11:41:00Z"));
});
