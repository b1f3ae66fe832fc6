import type { Server, Socket } from "node:net";
import type { FastifyInstance, RawServerBase } from "fastify";

/**
 * Makes `app.close()` end within a time, whoever is still connected then. The sockets are counted by themselves: one whose
 * TLS handshake has not come, or half of whose request has, is no connection that Node's HTTP server would close.
 */
export function limitClosing<RawServer extends RawServerBase>(
  app: FastifyInstance<RawServer>,
  withinMs: number,
): void {
  const sockets = new Set<Socket>();
  (app.server as Server).on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  app.addHook("preClose", (done) => {
    // Open sockets keep the process alive until then; where there are none, nothing has to wait for this.
    setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, withinMs).unref();
    done();
  });
}
