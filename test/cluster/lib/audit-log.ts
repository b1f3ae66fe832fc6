import { closeSync, existsSync, openSync, readSync } from "node:fs";

/** A request as the API server's audit log has it. */
export type AuditEvent = {
  readonly verb: string;
  readonly requestURI: string;
  readonly code: number;
};

/** Returns the function that reads the requests of a user so far. It reads on from where it stopped: the log grows fast. */
export function openAuditLog(file: string): (user: string) => readonly AuditEvent[] {
  const events = new Map<string, AuditEvent[]>();
  const buffer = Buffer.alloc(1024 * 1024);
  let position = 0;
  let pending = Buffer.alloc(0);

  function readOn(): void {
    if (!existsSync(file)) return;
    const descriptor = openSync(file, "r");
    try {
      for (;;) {
        const count = readSync(descriptor, buffer, 0, buffer.length, position);
        if (count === 0) return;
        position += count;
        pending = Buffer.concat([pending, buffer.subarray(0, count)]);
        const end = pending.lastIndexOf("\n") + 1;
        for (const line of pending.toString("utf8", 0, end).split("\n")) if (line !== "") keep(line);
        pending = Buffer.from(pending.subarray(end));
      }
    } finally {
      closeSync(descriptor);
    }
  }

  function keep(line: string): void {
    const { user, verb, requestURI, responseStatus } = JSON.parse(line);
    const name: string = user?.username ?? "";
    const list = events.get(name) ?? [];
    list.push({ verb, requestURI, code: responseStatus?.code ?? 0 });
    events.set(name, list);
  }

  return (user) => {
    readOn();
    return [...(events.get(user) ?? [])];
  };
}
