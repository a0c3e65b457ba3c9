import { once } from "node:events";
import { WebSocket } from "ws";
import { expectedSignature } from "../../plugins/twilio/signature.ts";
import type { TestEngine } from "./build-engine.ts";
import { callForm, twilioRequest } from "./twilio-request.ts";
import { until } from "./until.ts";

type Frame = Readonly<Record<string, unknown>>;

interface ConnectOptions {
  /** In place of the true ones. */
  readonly authToken?: string;
  readonly token?: string;
  readonly callSid?: string;
  readonly url?: string;
  /** Says who it is at once; default true. */
  readonly setsUp?: boolean;
}

/** Somebody on the phone, as Twilio's relay tells of them, frame by frame. */
export interface RelayCaller {
  readonly twiml: string;
  readonly greeting: string;
  readonly url: string;
  connect(options?: ConnectOptions): Promise<RelayConnection>;
  /** What Twilio posts to the verb's action; gives the flow's next TwiML. */
  end(form: Readonly<Record<string, string>>): Promise<string>;
}

export interface RelayConnection {
  readonly socket: WebSocket;
  readonly frames: readonly Frame[];
  send(frame: Frame | string): void;
  /** Says it, and hears the answer to its end. */
  say(text: string): Promise<string>;
  /** The next whole thing that is said. */
  hears(): Promise<string>;
  /** The next one that is no excuse for waiting. */
  answer(): Promise<string>;
  frame(type: string): Promise<Frame>;
  /** Code of the close. */
  closed(): Promise<number>;
}

export async function callIn(
  engine: Pick<TestEngine, "url" | "twilio">,
  { sid, from, to }: { readonly sid: string; readonly from: string; readonly to: string },
): Promise<RelayCaller> {
  const { body: twiml } = await twilioRequest(engine, "/hooks/twilio/voice", callForm(sid, from, to));
  const url = attribute(twiml, "ConversationRelay", "url");
  const token = /<Parameter name="token" value="([^"]+)"/.exec(twiml)?.[1] ?? "";
  const action = attribute(twiml, "Connect", "action");
  const account = engine.twilio.accounts()[0];
  return {
    twiml,
    url,
    greeting: attribute(twiml, "ConversationRelay", "welcomeGreeting"),
    async connect(options = {}) {
      const connection = await open(options.url ?? url, options.authToken ?? account?.authToken ?? "");
      const setup = {
        type: "setup",
        sessionId: "VX1",
        callSid: options.callSid ?? sid,
        accountSid: account?.accountSid,
        from,
        to,
        customParameters: { token: options.token ?? token },
      };
      if (options.setsUp !== false) connection.send(setup);
      return connection;
    },
    async end(form) {
      const posted = { ...callForm(sid, from, to), CallStatus: "in-progress", ...form };
      let { body } = await twilioRequest(engine, action.replace(engine.url, ""), posted);
      // Kept on hold, as by whoever has it then.
      for (let held = HELD.exec(body)?.[1]; held; held = HELD.exec(body)?.[1])
        ({ body } = await twilioRequest(engine, held.replace(engine.url, ""), posted));
      return body;
    },
  };
}

const HELD = /<Redirect method="POST">([^<]+)<\/Redirect>/;

const FILLER = "Un momento, por favor.";

function attribute(twiml: string, element: string, name: string): string {
  const value = new RegExp(`<${element}[^>]* ${name}="([^"]*)"`).exec(twiml)?.[1] ?? "";
  return value.replaceAll("&amp;", "&").replaceAll("&quot;", '"');
}

/** @throws with the status where the upgrade is refused */
async function open(url: string, authToken: string): Promise<RelayConnection> {
  const socket = new WebSocket(url, {
    headers: { "x-twilio-signature": expectedSignature(authToken, url, {}) },
  });
  const frames: Frame[] = [];
  let taken = 0;
  socket.on("message", (data) => frames.push(JSON.parse(String(data))));
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  const refused = new Promise<never>((_, reject) => {
    socket.once("unexpected-response", (_request, response) => {
      response.resume();
      reject(new Error(`refused with ${response.statusCode}`));
    });
  });
  await Promise.race([once(socket, "open"), refused]);
  // On a slow machine a tool takes long enough to be excused.
  const answer = async (): Promise<string> => {
    const said = await hears();
    return said === FILLER ? answer() : said;
  };
  const send = (frame: Frame | string) =>
    socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  const hears = async () => {
    const end = await until("something to be said to its end", async () => {
      const at = frames.findIndex(
        (frame, index) => index >= taken && frame.type === "text" && frame.last === true,
      );
      return at < 0 ? null : at;
    });
    const said = frames
      .slice(taken, end + 1)
      .flatMap((frame) => (frame.type === "text" ? [String(frame.token)] : []));
    taken = end + 1;
    return said.join("").trim();
  };
  return {
    socket,
    frames,
    send,
    hears,
    say(text) {
      send({ type: "prompt", voicePrompt: text, lang: "es-MX", last: true });
      return answer();
    },
    answer,
    frame: (type) =>
      until(`a frame ${type}`, async () => frames.find((frame) => frame.type === type) ?? null),
    closed: () => closed,
  };
}
