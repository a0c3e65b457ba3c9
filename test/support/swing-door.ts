import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** One address before whichever engine is alive: what vendors and clients know, however often the engine behind changes. */
export interface SwingDoor {
  readonly url: string;
  /** Leads to this port from now on; null: to nobody. Whoever is inside is cut off, as by the end of a process. */
  leadTo(port: number | null): void;
  close(): Promise<void>;
}

export async function openSwingDoor(): Promise<SwingDoor> {
  let target: number | null = null;
  const open = new Set<Socket>();
  const server = createServer((visitor) => {
    if (target === null) return visitor.resetAndDestroy();
    const engine = connect(target, "127.0.0.1");
    for (const [from, to] of [
      [visitor, engine],
      [engine, visitor],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cutOff = () => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo(port) {
      target = port;
      cutOff();
    },
    async close() {
      cutOff();
      server.close();
      await once(server, "close");
    },
  };
}
