import type { TurnEvent } from "../../turn/events.ts";
import type { TurnState } from "../../turn/state.ts";
import type { Carrier, CarrierHost, StartCarrier } from "../carrier.ts";
import type { Inbound, Outbound } from "../frames.ts";
import { createTimers } from "../timers.ts";
import type { Order, SpeechToText, TextToSpeech, VoiceOrder } from "../voice-order.ts";
import { nextOf } from "../voice-order.ts";
import {
  advanceOwnRelay,
  newOwnRelay,
  type OwnRelayAction,
  type OwnRelayInput,
  type OwnRelayState,
} from "./own-relay.ts";
import type {
  Hearing,
  HearingEvent,
  Listens,
  OpenHearing,
  OpenSpeaking,
  Speaking,
  SpeakingEvent,
} from "./ports.ts";

/** Whoever holds a conversation over a relay: it gets the relay's frames and answers with its own. */
export interface RelayAgent {
  frame(frame: Inbound): void;
  turn(event: TurnEvent): void;
  closed(): void;
  stop(): void;
  /** How far it is. */
  talk(): TurnState;
}

export interface PipelineVendors {
  readonly order: Pick<VoiceOrder, "hears" | "speaks">;
  readonly hearing: Readonly<Record<SpeechToText, OpenHearing>>;
  readonly speaking: Readonly<Record<TextToSpeech, OpenSpeaking>>;
  readonly language: string;
  readonly greeting: string;
}

/** A voice that was given words and makes no sound for so long is gone. */
const VOICE_MS = 4_000;

export type StartRelayAgent = (
  host: Pick<CarrierHost, "run" | "log" | "done"> & { send(frame: Outbound): void },
  talk: TurnState | null,
) => RelayAgent;

/** Carries a call with a vendor that hears, a model that writes and a vendor that speaks. */
export function pipelineCarrier(vendors: PipelineVendors, startAgent: StartRelayAgent): StartCarrier {
  return (host, talk) => new Pipeline({ vendors, startAgent, host, talk });
}

interface PipelineOptions {
  readonly vendors: PipelineVendors;
  readonly startAgent: StartRelayAgent;
  readonly host: CarrierHost;
  readonly talk: TurnState | null;
}

/** A vendor, and which attempt at it this is. */
interface Choice<Name extends string> {
  readonly name: Name;
  readonly attempt: number;
}

function firstOf<Name extends string>([name]: Order<Name>): Choice<Name> {
  return { name, attempt: 1 };
}

/** Once more the same, then the next one: many a connection breaks for nobody's fault. */
function afterwards<Name extends string>(
  order: Order<Name>,
  { name, attempt }: Choice<Name>,
): Choice<Name> | null {
  if (attempt === 1) return { name, attempt: 2 };
  const next = nextOf(order, name);
  return next === null ? null : { name: next, attempt: 1 };
}

class Pipeline implements Carrier {
  readonly #vendors: PipelineVendors;
  readonly #host: CarrierHost;
  readonly #agent: RelayAgent;
  readonly #timers = createTimers<"voice">(() => this.#lostVoice("no sound came"));
  #state: OwnRelayState;
  #languages: { readonly hearing: string; readonly speaking: string };
  #hearing: Hearing | null = null;
  #speaking: Speaking | null = null;
  #voice: Choice<TextToSpeech> | null = null;
  #isOver = false;

  constructor({ vendors, startAgent, host, talk }: PipelineOptions) {
    this.#vendors = vendors;
    // Whoever carried the call before has greeted.
    this.#state = newOwnRelay(talk === null ? vendors.greeting.trim() : "");
    this.#host = host;
    this.#languages = { hearing: vendors.language, speaking: vendors.language };
    const { hears, speaks } = vendors.order;
    this.#hearWith(firstOf(hears));
    this.#speakWith(firstOf(speaks));
    const { run, log, done } = host;
    const send = (frame: Outbound) => this.#on({ kind: "agent", frame });
    this.#agent = startAgent({ run, log, done, send }, talk);
  }

  onFrame(frame: Parameters<Carrier["onFrame"]>[0]) {
    this.#on({ kind: "phone", frame });
  }

  onTurn(event: TurnEvent) {
    this.#agent.turn(event);
  }

  onClosed() {
    this.#agent.closed();
  }

  stop() {
    this.#isOver = true;
    this.#timers.stop();
    this.#agent.stop();
    this.#hearing?.close();
    this.#speaking?.close();
  }

  #on(input: OwnRelayInput) {
    if (this.#isOver) return;
    const { state, actions } = advanceOwnRelay(this.#state, input);
    this.#state = state;
    for (const action of actions) this.#act(action);
  }

  #act(action: OwnRelayAction) {
    switch (action.kind) {
      case "phone":
        return this.#host.play(action.frame);
      case "agent":
        return this.#agent.frame(action.frame);
      case "hear":
        return this.#hearing?.hear(Buffer.from(action.payload, "base64"));
      case "speak":
        this.#timers.arm("voice", VOICE_MS);
        return this.#speaking?.speak(action.context, action.text);
      case "finish":
        return this.#speaking?.finish(action.context);
      case "hush":
        this.#timers.disarm("voice");
        return this.#speaking?.hush(action.context);
      case "language":
        return this.#changeTo(action);
      case "gone":
        return this.#agent.closed();
      case "end":
        // The agent says itself how it ended.
        return;
    }
  }

  #changeTo({ hearing, speaking }: Extract<OwnRelayAction, { kind: "language" }>) {
    this.#languages = { hearing, speaking };
    this.#hearing?.close();
    this.#speaking?.close();
    this.#hearWith(firstOf(this.#vendors.order.hears));
    this.#speakWith(firstOf(this.#vendors.order.speaks));
  }

  #hearWith(choice: Choice<SpeechToText> | null) {
    if (choice === null) return this.#giveUp("nobody is left who hears");
    const on: Listens<HearingEvent> = {
      event: (event) => this.#on({ kind: "heard", event }),
      lost: (reason) => {
        if (this.#isOver) return;
        this.#host.log(`${choice.name} hears no more: ${reason}`);
        this.#hearWith(afterwards(this.#vendors.order.hears, choice));
        this.#on({ kind: "new_hearing" });
      },
    };
    this.#hearing = this.#vendors.hearing[choice.name](on, this.#languages.hearing);
  }

  #speakWith(choice: Choice<TextToSpeech> | null) {
    if (choice === null) return this.#giveUp("nobody is left who speaks");
    this.#voice = choice;
    const on: Listens<SpeakingEvent> = {
      event: (event) => {
        this.#timers.disarm("voice");
        this.#on({ kind: "spoken", event });
      },
      lost: (reason) => {
        if (this.#voice === choice) this.#lostVoice(reason);
      },
    };
    this.#speaking = this.#vendors.speaking[choice.name](on, this.#languages.speaking);
  }

  #lostVoice(reason: string) {
    const lost = this.#voice;
    if (this.#isOver || lost === null) return;
    this.#host.log(`${lost.name} speaks no more: ${reason}`);
    this.#speaking?.close();
    this.#speakWith(afterwards(this.#vendors.order.speaks, lost));
    this.#on({ kind: "new_speaking" });
  }

  #giveUp(reason: string) {
    this.#host.failOver(this.#agent.talk(), reason);
  }
}
