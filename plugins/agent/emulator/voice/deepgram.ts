import { FluxListener } from "./deepgram-flux.ts";
import { NovaListener } from "./deepgram-nova.ts";
import { listenForSockets, type SocketStandIn } from "./socket-server.ts";

/** Speech to text: nova below `/v1/listen`, Flux below `/v2/listen`. */
export function startDeepgram(apiKey: string): Promise<SocketStandIn> {
  return listenForSockets({
    refuses: ({ headers }, url) => {
      if (headers.authorization !== `Token ${apiKey}`) return 401;
      return fault(url);
    },
    listener: (connection) =>
      connection.url.pathname === "/v2/listen" ? new FluxListener(connection) : new NovaListener(connection),
  });
}

function fault({ pathname, searchParams: query }: URL): number | null {
  if (pathname !== "/v1/listen" && pathname !== "/v2/listen") return 404;
  const isRaw = query.get("encoding") === "mulaw" && query.get("sample_rate") === "8000";
  const isFlux = query.get("model")?.startsWith("flux-") === true;
  return isRaw && isFlux === (pathname === "/v2/listen") ? null : 400;
}
