import type { EmulatedAnswer } from "../answer.ts";
import type { ChatRequest } from "../chat-request.ts";
import { answerByRules } from "../rules.ts";
import { RealtimeListener } from "./realtime-listener.ts";
import { selfSigned } from "./self-signed.ts";
import { listenForSockets, type SocketStandIn } from "./socket-server.ts";

export interface RealtimeStandIn extends SocketStandIn {
  /** What its clients have to trust: the package knows no unencrypted Realtime. */
  readonly ca: string;
  /** What the next responses say or call, one each, in place of what the rules would. */
  script(...answers: readonly EmulatedAnswer[]): void;
}

/** Speech to speech over TLS, with the rules of the emulated model in place of one. */
export async function startRealtime(apiKey: string): Promise<RealtimeStandIn> {
  const tls = selfSigned();
  const scripted: EmulatedAnswer[] = [];
  const answer = (request: ChatRequest) => scripted.shift() ?? answerByRules(request);
  const server = await listenForSockets({
    tls,
    refuses: ({ headers }, { pathname, searchParams }) => {
      if (headers.authorization !== `Bearer ${apiKey}`) return 401;
      return pathname === "/v1/realtime" && searchParams.has("model") ? null : 404;
    },
    listener: (connection) => new RealtimeListener(connection, answer),
  });
  return { ...server, ca: tls.cert, script: (...answers) => void scripted.push(...answers) };
}
