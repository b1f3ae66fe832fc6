import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A way to the API server that a test can break: a partition, as one replica sees it. */
export type Proxy = {
  readonly port: number;
  /** From now on nothing comes through, and nobody is told. */
  hold(): void;
  /** The same for the connections on which the API server has sent so many bytes, and only for them. Returns how many. */
  holdHeavy(bytes: number): number;
  /** Gives up what was held, as the network does in the end, and lets what is new through. */
  release(): void;
  stop(): Promise<void>;
};

/** Forwards connections to a port of this machine. */
export async function startProxy(target: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const upstreams = new Set<Socket>();
  let isHeld = false;

  function forward(from: Socket, to: Socket): void {
    sockets.add(from);
    if (isHeld) from.pause();
    from.on("data", (chunk) => to.write(chunk));
    from.on("error", () => to.destroy());
    from.on("close", () => {
      sockets.delete(from);
      to.destroy();
    });
  }

  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    upstreams.add(upstream);
    upstream.on("close", () => upstreams.delete(upstream));
    forward(client, upstream);
    forward(upstream, client);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");

  return {
    port: address.port,
    hold() {
      isHeld = true;
      for (const socket of sockets) socket.pause();
    },
    holdHeavy(bytes) {
      const heavy = [...upstreams].filter(({ bytesRead }) => bytesRead >= bytes);
      for (const socket of heavy) socket.pause();
      return heavy.length;
    },
    release() {
      isHeld = false;
      for (const socket of sockets) socket.destroy();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
