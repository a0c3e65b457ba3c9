import { defineSocket, type SocketConnection, type SocketHandler } from "../../../engine/plugin-api.ts";
import { type Inbound, readFrame } from "./frames.ts";
import { TIMES } from "./relay.ts";
import { Call, CLOSE } from "./session.ts";

type Setup = Extract<Inbound, { type: "setup" }>;

const MOST_MALFORMED = 10;

export default defineSocket({
  path: "voice/relay",
  // As long as a frame may be.
  maxBytes: 64 * 1024,
  connect: (connection) => new Door(connection),
});

/** Nothing counts before a call has said who it is and shown its token. */
class Door implements SocketHandler {
  readonly #connection: SocketConnection;
  readonly #late: NodeJS.Timeout;
  #call: Call | null = null;
  #malformed = 0;
  #gone: number | null = null;
  #letIn: Promise<void> | null = null;

  constructor(connection: SocketConnection) {
    this.#connection = connection;
    this.#late = setTimeout(() => connection.close(CLOSE.policy, "no setup came"), TIMES.setup);
  }

  message(text: string | null): void {
    const frame = readFrame(text ?? "");
    if (this.#call) this.#call.frame(frame);
    // Frames are taken in their order, also while the call is being let in.
    else if (this.#letIn) void this.#letIn.then(() => this.#call?.frame(frame));
    else if (frame.type === "setup") this.#begin(frame);
    else if (frame.type === "malformed") this.#count();
  }

  closed(code: number): void {
    clearTimeout(this.#late);
    this.#gone = code;
    this.#call?.closed(code);
  }

  #count(): void {
    this.#malformed += 1;
    if (this.#malformed >= MOST_MALFORMED) this.#connection.close(CLOSE.policy, "these are no frames");
  }

  #begin(setup: Setup): void {
    clearTimeout(this.#late);
    this.#letIn = this.#admit(setup).catch((error: unknown) => {
      this.#connection.log.error({ err: error }, "a call could not be let in");
      this.#connection.close(CLOSE.broken, "something went wrong on our side");
    });
  }

  async #admit(setup: Setup): Promise<void> {
    const { token } = setup.parameters;
    const { callSid: party } = setup;
    const admission = await this.#connection.admit({ token: typeof token === "string" ? token : "", party });
    if (!admission.ok) {
      this.#connection.log.warn({ reason: admission.reason, callSid: party }, "a call was not let in");
      this.#connection.close(CLOSE.policy, "this call is not expected here");
      return;
    }
    this.#call = new Call(this.#connection, admission.session);
    this.#call.begin(setup);
    // It went while it was let in.
    if (this.#gone !== null) this.#call.closed(this.#gone);
  }
}
