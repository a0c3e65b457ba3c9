import type { Carrier, StartCarrier } from "../carrier.ts";
import { createTimers } from "../timers.ts";
import { connectRealtime, type RealtimeAccount } from "./connect.ts";
import { advanceRealtime, newRealtime } from "./realtime.ts";
import type { RealtimeAction, RealtimeInput, RealtimePolicy, RealtimeTimer, Step } from "./realtime-state.ts";

/** Carries a call with a model that hears and speaks: the pure machine, its timers and one connection. */
export function realtimeCarrier(policy: RealtimePolicy, account: RealtimeAccount): StartCarrier {
  return (host, talk): Carrier => {
    const begun = newRealtime(policy, talk ?? undefined);
    let { state } = begun;
    const timers = createTimers<RealtimeTimer>((timer) => on({ kind: "timer", timer }));
    const link = connectRealtime(account, {
      event: (event) => on({ kind: "server", event }),
      lost: (reason) => on({ kind: "lost", reason }),
    });
    const act = (action: RealtimeAction) => {
      switch (action.kind) {
        case "play":
          return host.play(action.frame);
        case "tell":
          return link.send(action.event);
        case "arm":
          return timers.arm(action.timer, action.ms);
        case "disarm":
          return timers.disarm(action.timer);
        case "run":
          return host.run(action.call, action.arguments);
        case "log":
          return host.log(action.words);
        case "done":
          return host.done(action.exit);
        case "fail_over":
          return host.failOver(action.talk, action.reason);
      }
    };
    const take = (step: Step) => {
      state = step.state;
      for (const action of step.actions) act(action);
    };
    const on = (input: RealtimeInput) => take(advanceRealtime(policy, state, input));
    take(begun);
    return {
      onFrame: (frame) => on({ kind: "stream", frame }),
      onTurn: (event) => on({ kind: "turn", event }),
      onClosed: () => on({ kind: "closed" }),
      stop() {
        timers.stop();
        link.close();
      },
    };
  };
}
