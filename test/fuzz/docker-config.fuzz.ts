import fc from "fast-check";
import t from "tap";
import type { Credentials } from "../../src/core/credential/credentials.ts";
import { decodeDockerConfigJson, decodeDockercfg } from "../../src/core/credential/docker-config.ts";
import { encodeDockerConfigJson } from "../../src/core/credential/encode.ts";
import { Redacted } from "../../src/core/credential/redacted.ts";
import { numRuns } from "./runs.ts";

const MARK = "Tr0ub4dor";
const USABLE = { username: "u", password: `${MARK}\n` };
const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });

t.test("what is encoded is decoded to the same", async () => {
  const entry = fc.record({ username: text, password: text, email: fc.option(text, { nil: undefined }) });
  const entries = fc.uniqueArray(fc.tuple(text, entry), {
    maxLength: 5,
    minLength: 1,
    selector: ([server]) => server,
  });
  fc.assert(
    fc.property(entries, (given) => {
      const credentials: Credentials = new Map(
        given.map(([server, { username, password, email }]) => [
          server,
          { username, password: new Redacted(password), ...(email !== undefined && { email }) },
        ]),
      );
      const once = encodeDockerConfigJson(credentials).reveal();
      const decoded = decodeDockerConfigJson(once);
      if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
      for (const [server, { username, password, email }] of given) {
        const found = decoded.credentials.get(server);
        if (found?.username !== username || found.password.reveal() !== password || found.email !== email) {
          throw new Error(`another credential for ${server}`);
        }
      }
    }),
    { numRuns },
  );
});

t.test("no text makes it throw, and no message quotes what it holds", async () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom(MARK, `${MARK}:x`, Buffer.from(MARK).toString("base64"), null, 1, true),
      fc.array(tie("any"), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom(
          "auths",
          "Auth",
          "username",
          "password",
          "identitytoken",
          "reg.example.com",
          "__proto__",
          `https://bob:${MARK}@reg.example.com`,
          `bob:${MARK}@index.docker.io/acme`,
          `b@b:${MARK}/#?@a b`,
        ),
        tie("any"),
      ),
    ),
  })).any;
  const broken = fc.tuple(value, fc.nat(200)).map(([given, cut]) => JSON.stringify(given).slice(0, cut));
  const input = fc.oneof(
    fc.string(),
    value.map((given) => JSON.stringify(given)),
    broken,
    value.map((given) => JSON.stringify({ auths: { a: given, b: given } })),
    value.map((given) => JSON.stringify({ auths: { "u@x": given, [`${MARK}@hub.docker.com`]: USABLE } })),
  );
  fc.assert(
    fc.property(input, (given) => {
      for (const decode of [decodeDockerConfigJson, decodeDockercfg]) {
        const decoded = decode(given);
        const shown = decoded.ok ? decoded.findings : decoded.problems;
        const messages = shown.map(({ path, message }) => `${path}: ${message}`).join("\n");
        if (messages.includes(MARK) || messages.includes(Buffer.from(MARK).toString("base64")))
          throw new Error(messages);
      }
    }),
    { numRuns },
  );
});
