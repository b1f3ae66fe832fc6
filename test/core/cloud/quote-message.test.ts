import t from "tap";
import { quoteMessage } from "../../../src/core/cloud/quote-message.ts";
import { Redacted } from "../../../src/core/credential/redacted.ts";

t.test(
  "a provider's message is quoted on one line, not too long, and without what was sent to it",
  async (t) => {
    const secrets = [new Redacted("a/secret+="), new Redacted("")];
    const rows = [
      ["not allowed", "not allowed"],
      ["one\n two\t\u0000three ", "one two three"],
      ["sent a/secret+=, or a%2Fsecret%2B%3D", "sent [redacted], or [redacted]"],
      ["x".repeat(301), `${"x".repeat(300)}…`],
      [`${"x".repeat(295)}a/secret+=`, `${"x".repeat(295)}[reda…`],
    ] as const;
    for (const [message, quoted] of rows) t.equal(quoteMessage(message, secrets), quoted);
  },
);
