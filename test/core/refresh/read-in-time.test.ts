import t from "tap";
import type { CredentialSource, SourceResult } from "../../../src/core/credential/source.ts";
import { readInTime } from "../../../src/core/refresh/read-in-time.ts";
import { fakeClock } from "../../builders/fake-clock.ts";

const MISSING: SourceResult = { kind: "missing", message: "none" };

function source(read: CredentialSource["read"]): CredentialSource {
  return { read, watch: () => () => undefined };
}

t.test("an answer in time is the answer, and leaves no timer", async (t) => {
  const clock = fakeClock();
  const { signal } = new AbortController();
  t.equal(
    await readInTime(
      source(async () => MISSING),
      1_000,
      clock,
      signal,
    ),
    MISSING,
  );
  t.equal(clock.pending, 0);
});

t.test("a source that hangs is given up, also one that does not listen", async (t) => {
  const clock = fakeClock();
  const { signal } = new AbortController();
  let given: AbortSignal | undefined;
  const hanging = source((signal) => {
    given = signal;
    return new Promise(() => undefined);
  });
  const reading = readInTime(hanging, 90_000, clock, signal);
  clock.advance(90_000);
  await t.rejects(reading, { message: "the source did not answer within 90 s" });
  t.equal(given?.aborted, true, "it was told");
});

t.test("whoever ends the keeper ends the reading", async (t) => {
  const clock = fakeClock();
  const ending = new AbortController();
  const reading = readInTime(
    source(() => new Promise(() => undefined)),
    90_000,
    clock,
    ending.signal,
  );
  ending.abort(new Error("stopping"));
  await t.rejects(reading, { message: "stopping" });
  t.equal(clock.pending, 0);
  let wasAsked = false;
  const asked = source(async () => {
    wasAsked = true;
    return MISSING;
  });
  await t.rejects(readInTime(asked, 90_000, clock, ending.signal), { message: "stopping" });
  t.equal(wasAsked, false);
});
