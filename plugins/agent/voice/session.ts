/**
 * A call under way: the relay's rules with a socket, clocks and the step beside them. What the caller hears is decided here;
 * whatever costs money or changes something is asked of the step, as an effect of the run.
 *
 *   1 What is asked is kept before it is asked, so that a later connection asks the same.
 *   2 How it ended is kept before the carrier is told: the flow goes on at once.
 *   3 A connection that breaks ends nothing; the caller may come back.
 */
import type {
  AskedQuestion,
  JsonObject,
  SocketConnection,
  SocketSession,
} from "../../../engine/plugin-api.ts";
import type { ToolOutcome, TurnEvent } from "../turn/events.ts";
import { type CallAnswer, callAnswerIn, toolOutcomeIn } from "./answers.ts";
import type { Inbound } from "./frames.ts";
import { type CallQuestion, type KeptCall, keptAs, keptOf, planOf, policyOf } from "./plan.ts";
import {
  advanceRelay,
  newRelay,
  type RelayAction,
  type RelayInput,
  type RelayPolicy,
  type Timer,
} from "./relay.ts";
import { Speech } from "./speech.ts";

export const CLOSE = { normal: 1000, policy: 1008, broken: 1011 } as const;
const MOST_LATENCIES = 200;
// A carrier that was told the end closes the connection itself.
const CLOSE_WITHIN_MS = 5_000;

interface Asked {
  readonly question: CallQuestion;
  readonly speech: Speech;
  /** How much of the answer was heard as it came. */
  heard: number;
  isCut: boolean;
  running: AskedQuestion | null;
}

export class Call {
  readonly #connection: SocketConnection;
  readonly #session: SocketSession;
  readonly #policy: RelayPolicy;
  readonly #mostMs: number;
  readonly #timers = new Map<Timer, NodeJS.Timeout>();
  readonly #asked = new Map<number, Asked>();
  #kept: KeptCall;
  #saved: Promise<boolean> = Promise.resolve(true);
  #heardAt: number | null = null;
  #isGone = false;

  constructor(connection: SocketConnection, session: SocketSession) {
    const plan = planOf(session.plan);
    this.#connection = connection;
    this.#session = session;
    this.#policy = policyOf(plan);
    this.#mostMs = plan.mostMs;
    this.#kept = keptOf(session.state) ?? {
      beganAt: Date.now(),
      relay: newRelay(this.#policy).state,
      asked: 0,
      open: [],
      latencies: [],
      answers: 0,
      cited: [],
    };
  }

  begin(setup: Extract<Inbound, { type: "setup" }>): void {
    this.#arm("call", Math.max(0, this.#kept.beganAt + this.#mostMs - Date.now()));
    this.#take({ kind: "frame", frame: setup });
    // [1] The same numbers: what was answered meanwhile is heard now.
    for (const question of this.#kept.open) this.#ask(question);
  }

  frame(frame: Inbound): void {
    if (this.#isGone) return;
    if (frame.type === "prompt" && frame.last) this.#heardAt = performance.now();
    this.#take({ kind: "frame", frame });
  }

  /** [3] */
  closed(code: number): void {
    if (code === CLOSE.normal) this.#take({ kind: "hung_up" });
    this.#isGone = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #take(input: RelayInput): void {
    if (this.#isGone) return;
    const before = this.#kept.relay;
    const { state, actions } = advanceRelay(this.#policy, before, input);
    this.#kept = { ...this.#kept, relay: state };
    if (actions.some(({ kind }) => kind === "done")) {
      this.#end(actions);
      return;
    }
    for (const action of actions) this.#act(action);
    // A piece of an answer is kept with the answer.
    if (state.talk !== before.talk && !isToken(input)) void this.#save(false);
  }

  /** [2] */
  #end(actions: readonly RelayAction[]): void {
    for (const action of actions) if (action.kind !== "send") this.#act(action);
    void this.#save(true).then(() => {
      for (const action of actions) if (action.kind === "send") this.#act(action);
      if (!this.#isGone)
        setTimeout(() => this.#connection.close(CLOSE.normal, "the talk is over"), CLOSE_WITHIN_MS).unref();
    });
  }

  #act(action: RelayAction): void {
    switch (action.kind) {
      case "send":
        if (action.frame.type === "text" && action.frame.token !== "") this.#measure();
        this.#connection.send(JSON.stringify(action.frame));
        break;
      case "arm":
        this.#arm(action.timer, action.ms);
        break;
      case "disarm":
        clearTimeout(this.#timers.get(action.timer));
        break;
      case "log":
        this.#connection.log.info({}, action.words);
        break;
      case "ask":
      case "run":
        this.#open((number) => questionOf(action, number));
        break;
      case "stop":
        this.#cut(action.generation);
        break;
      case "done":
    }
  }

  #arm(timer: Timer, ms: number): void {
    clearTimeout(this.#timers.get(timer));
    this.#timers.set(
      timer,
      setTimeout(() => this.#take({ kind: "timer", timer }), ms),
    );
  }

  #measure(): void {
    if (this.#heardAt === null) return;
    const latencies = [...this.#kept.latencies, Math.round(performance.now() - this.#heardAt)].slice(
      -MOST_LATENCIES,
    );
    this.#heardAt = null;
    this.#kept = { ...this.#kept, latencies };
  }

  /** One after the other; what was kept last is what there is. */
  #save(isOver: boolean): Promise<boolean> {
    const state = keptAs(this.#kept);
    this.#saved = this.#saved
      .then((mayGoOn) => mayGoOn && this.#session.save(state, { isOver }))
      .catch((error: unknown) => {
        this.#connection.log.error({ err: error }, "how a call stands was not kept");
        return true;
      });
    void this.#saved.then((mayGoOn) => {
      if (!mayGoOn) this.closed(CLOSE.policy);
    });
    return this.#saved;
  }

  // ---------------------------------------------------------------------------------------------- asking the step

  #open(make: (number: number) => CallQuestion): void {
    const question = make(this.#kept.asked + 1);
    this.#kept = { ...this.#kept, asked: question.number, open: [...this.#kept.open, question] };
    this.#ask(question);
  }

  #ask(question: CallQuestion): void {
    const asked: Asked = {
      question,
      speech: new Speech(this.#policy.secretText),
      heard: 0,
      isCut: false,
      running: null,
    };
    this.#asked.set(question.number, asked);
    this.#put(asked).catch((error: unknown) => {
      this.#connection.log.error({ err: error }, "the step of a call could not be asked");
      this.#failed(asked);
    });
  }

  async #put(asked: Asked): Promise<void> {
    const { question } = asked;
    const mayGoOn = await this.#save(false);
    if (!mayGoOn || asked.isCut) {
      this.#forget(question);
      return;
    }
    const { kind: event, number } = question;
    const hears = (piece: JsonObject) => this.#hear(asked, String(piece.text ?? ""));
    asked.running = this.#session.ask({ number, event, output: { ...question }, hears });
    this.#answered(asked, await asked.running.answer);
  }

  #cut(generation: number): void {
    for (const asked of this.#asked.values()) {
      if (asked.question.kind !== "ask" || asked.question.generation !== generation) continue;
      asked.isCut = true;
      asked.running?.cut();
    }
  }

  #forget({ number }: CallQuestion): void {
    this.#asked.delete(number);
    this.#kept = { ...this.#kept, open: this.#kept.open.filter((one) => one.number !== number) };
  }

  #hear(asked: Asked, text: string): void {
    asked.heard += text.length;
    this.#speak(asked, asked.speech.take(text));
  }

  #speak({ question, speech }: Asked, text: string): void {
    if (question.kind !== "ask" || (text === "" && !speech.withheld)) return;
    const { generation } = question;
    if (text !== "") this.#turn({ kind: "token", generation, text });
    // What follows is not heard either.
    if (speech.withheld) this.#cut(generation);
  }

  #answered(asked: Asked, given: JsonObject | null): void {
    if (this.#isGone) return;
    const { question } = asked;
    this.#forget(question);
    if (given === null) this.#take({ kind: "abandoned" });
    else if (question.kind === "run") this.#toolDone(question, toolOutcomeIn(given));
    else this.#turn(this.#eventOf(asked, question.generation, callAnswerIn(given)));
  }

  #toolDone({ callId }: Extract<CallQuestion, { kind: "run" }>, outcome: ToolOutcome): void {
    this.#turn({ kind: "tool_done", callId, outcome });
  }

  #eventOf(asked: Asked, generation: number, answer: CallAnswer): TurnEvent {
    if (answer.kind === "insufficient_credits")
      return { kind: "cut_off", port: "insufficient_credits", reason: "insufficient_credits" };
    if (answer.kind === "failed") return { kind: "model_failed", generation, reason: answer.reason };
    const { text, calls, usage, cited } = answer;
    this.#speak(asked, asked.speech.take(text.slice(asked.heard)) + asked.speech.end());
    const finish = asked.speech.withheld ? "content_filter" : answer.finish;
    this.#kept = { ...this.#kept, answers: this.#kept.answers + 1, cited: [...this.#kept.cited, ...cited] };
    return { kind: "answered", generation, finish, calls, usage };
  }

  #failed({ question }: Asked): void {
    this.#forget(question);
    if (question.kind === "run") this.#toolDone(question, { text: "It could not be done." });
    else this.#turn({ kind: "model_failed", generation: question.generation, reason: "step_unreachable" });
  }

  #turn(event: TurnEvent): void {
    this.#take({ kind: "turn", event });
  }
}

function questionOf(action: Extract<RelayAction, { kind: "ask" | "run" }>, number: number): CallQuestion {
  if (action.kind === "ask") return { kind: "ask", number, generation: action.generation };
  const { call, arguments: values } = action;
  return { kind: "run", number, callId: call.id, tool: call.name, arguments: values };
}

function isToken(input: RelayInput): boolean {
  return input.kind === "turn" && input.event.kind === "token";
}
