import type { ModelAccount } from "../../../../plugins/agent/account.ts";
import { askModels } from "../../../../plugins/agent/model/ladder.ts";
import { ModelFailure, type ModelRequest } from "../../../../plugins/agent/model/port.ts";
import type { TurnEvent } from "../../../../plugins/agent/turn/events.ts";
import type { StartRelayAgent } from "../../../../plugins/agent/voice/pipeline/carrier.ts";
import {
  advanceRelay,
  newRelay,
  type RelayAction,
  type RelayInput,
  type RelayPolicy,
  type Timer,
} from "../../../../plugins/agent/voice/relay.ts";
import { takenOver } from "../../../../plugins/agent/voice/take-over.ts";
import { createTimers } from "../../../../plugins/agent/voice/timers.ts";

export interface RelayAgentOptions {
  readonly policy: RelayPolicy;
  readonly account: ModelAccount;
  readonly request: Omit<ModelRequest, "history">;
}

/** An agent behind a relay with nothing kept: the relay's rules and a model that is asked where it stands. */
export function relayAgent({ policy, account, request }: RelayAgentOptions): StartRelayAgent {
  return (host, talk) => {
    const begun = newRelay(policy);
    let state = talk === null ? begun.state : { ...begun.state, talk };
    const answers = new Map<number, AbortController>();
    const timers = createTimers<Timer>((timer) => on({ kind: "timer", timer }));
    const turn = (event: TurnEvent) => on({ kind: "turn", event });
    const ask = async (generation: number) => {
      const controller = new AbortController();
      answers.set(generation, controller);
      try {
        const { signal } = controller;
        for await (const event of askModels(
          account,
          { ...request, history: state.talk.history },
          { signal },
        )) {
          if (event.kind === "text") turn({ kind: "token", generation, text: event.text });
          if (event.kind === "end") turn({ ...event, kind: "answered", generation });
        }
      } catch (error) {
        if (!(error instanceof ModelFailure)) throw error;
        turn({ kind: "model_failed", generation, reason: error.reason });
      }
    };
    const act = (action: RelayAction) => {
      switch (action.kind) {
        case "send":
          return host.send(action.frame);
        case "arm":
          return timers.arm(action.timer, action.ms);
        case "disarm":
          return timers.disarm(action.timer);
        case "log":
          return host.log(action.words);
        case "ask":
          return void ask(action.generation);
        case "stop":
          return answers.get(action.generation)?.abort();
        case "run":
          return host.run(action.call, action.arguments);
        case "done":
          return host.done(action.exit);
      }
    };
    const on = (input: RelayInput) => {
      const step = advanceRelay(policy, state, input);
      state = step.state;
      for (const action of step.actions) act(action);
    };
    for (const action of begun.actions) act(action);
    if (talk !== null) for (const event of takenOver(talk)) queueMicrotask(() => turn(event));
    return {
      frame: (frame) => on({ kind: "frame", frame }),
      turn,
      closed: () => turn({ kind: "hung_up" }),
      stop() {
        timers.stop();
        for (const answer of answers.values()) answer.abort();
      },
      talk: () => state.talk,
    };
  };
}
