import type { NodeContext } from "../../../engine/plugin-api.ts";
import { DEFAULT_TALK_SECONDS } from "../talk-time.ts";
import type { ConnectParams } from "./params.ts";

// Twilio rings 5 s longer than told, and what was said before plays first.
const RING_SLACK_SECONDS = 5;
const SLACK_SECONDS = 300;

/** When the dial must be over, whatever became of its callback. */
export function deadline(
  ctx: NodeContext,
  params: ConnectParams,
  { targets, timeLimit }: { readonly targets: readonly string[]; readonly timeLimit: number | undefined },
): Date {
  const rounds = isSequential(params) ? targets.length : 1;
  const asking = params.screening ? params.screeningSeconds : 0;
  const ringing = (params.timeoutSeconds + RING_SLACK_SECONDS + asking) * rounds;
  const seconds = ringing + (timeLimit ?? DEFAULT_TALK_SECONDS) + SLACK_SECONDS;
  return new Date(ctx.now.getTime() + seconds * 1000);
}

export function isSequential({ strategy }: ConnectParams): boolean {
  return strategy === "sequential" || strategy === "least_recent";
}
