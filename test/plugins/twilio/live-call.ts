import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { TwilioEmulator } from "../../../plugins/twilio/emulator/emulator.ts";
import { until } from "../../support/until.ts";

/** A call that goes on until it is ended: its next document is asked for, and not given before that. */
export function liveCall(emulator: () => TwilioEmulator) {
  let stop: ((hangup: boolean) => Promise<void>) | null = null;
  return {
    /** Somebody is on the line. Gives the call's sid. */
    async begin(): Promise<string> {
      const { server, release } = await silentServer();
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const call = emulator().ring({
        from: "+573001112233",
        to: "+576011112222",
        url: `${url}/first`,
        statusUrl: `${url}/status`,
      });
      stop = async (hangup) => {
        if (hangup) call.hangup();
        release();
        await call.done;
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      };
      await until("the call to be answered", () => statusOf(emulator(), call.sid) === "in-progress");
      return call.sid;
    },
    /** It is over, whatever it was to hear. */
    async end(): Promise<void> {
      const ending = stop;
      stop = null;
      await ending?.(true);
    },
    /** It goes on where it was sent, to its end. */
    async playOut(): Promise<void> {
      const ending = stop;
      stop = null;
      await ending?.(false);
    },
  };
}

function statusOf(emulator: TwilioEmulator, sid: string): string | undefined {
  return emulator.ledger().find(({ ref }) => ref === sid)?.status;
}

/** Speaks and sends on, then keeps the next request waiting. */
async function silentServer(): Promise<{ readonly server: Server; readonly release: () => void }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    const again = '<Response><Pause length="1"/><Redirect>/second</Redirect></Response>';
    if (request.url === "/second") await promise;
    response
      .writeHead(200, { "Content-Type": "text/xml" })
      .end(request.url === "/first" ? again : "<Response/>");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { server, release: resolve };
}
