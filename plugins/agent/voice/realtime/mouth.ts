/** What the model says to the caller: who speaks now, who is to be silent, and how far it was heard. */
import type { JsonObject } from "../../../../engine/plugin-api.ts";
import { cleared, isPlaying, play } from "../playback.ts";
import { spokenPart } from "../spoken-part.ts";
import { arm, type RealtimeAction, type RealtimeState, type Step, stay, tell } from "./realtime-state.ts";
import type { ServerEvent } from "./server-events.ts";

const REMEMBERED = 16;

export function isSilent({ playback, response, creates, expected }: RealtimeState): boolean {
  return !isPlaying(playback) && response === null && creates.length === 0 && expected.length === 0;
}

/** A sentence of ours in the model's voice. */
export function sayExactly(state: RealtimeState, text: string): Step {
  return createResponse(state, {
    instructions: `Say exactly: ${text}`,
    tool_choice: "none",
    metadata: { purpose: "line" },
  });
}

/** The model's next answer, where it does not begin one by itself. */
export function askModel(state: RealtimeState): Step {
  return createResponse(state, { metadata: { purpose: "turn" } });
}

/** There is one response at a time: the next waits until it is over. */
function createResponse(state: RealtimeState, response: JsonObject): Step {
  const waiting = { ...state, creates: [...state.creates, { type: "response.create", response }] };
  return state.response === null && state.creates.length === 0 ? nextResponse(waiting) : stay(waiting);
}

/** `creates` keeps it until the server says that it began. */
export function nextResponse(state: RealtimeState): Step {
  const [create] = state.creates;
  if (!create || !state.isReady) return stay(state);
  return { state, actions: [tell(create), arm("answer")] };
}

export function sound(state: RealtimeState, event: Extract<ServerEvent, { type: "audio" }>): Step {
  if (state.dead.includes(event.responseId)) return stay(state);
  const { playback, frames } = play(state.playback, event.itemId, event.audio);
  return { state: { ...state, playback, stalls: 0 }, actions: [...played(frames), arm("answer")] };
}

function played(frames: ReturnType<typeof play>["frames"]): readonly RealtimeAction[] {
  return frames.map((frame) => ({ kind: "play", frame }));
}

/** What the caller heard of what is being said, as far as marks tell. */
export function heardSoFar({ playback, words }: RealtimeState): string {
  return playback.parts
    .map(({ id, playedMs, sentMs }) => spokenPart(words[id] ?? "", playedMs, sentMs))
    .filter(Boolean)
    .join(" ");
}

/**
 * Silence: what was not played is forgotten by the phone and by the server's history, the response under way is dead.
 * `cancels`: the server does not do so by itself.
 */
export function hush(state: RealtimeState, { cancels }: { readonly cancels: boolean }): Step {
  const { response, playback } = state;
  const truncated = playback.parts
    .filter(({ playedMs, sentMs }) => playedMs < sentMs)
    .map(({ id, playedMs }) =>
      tell({
        type: "conversation.item.truncate",
        item_id: id,
        content_index: 0,
        audio_end_ms: Math.floor(playedMs),
      }),
    );
  const { playback: empty, frames } = cleared(playback);
  const cancel = cancels && response !== null ? [tell({ type: "response.cancel" })] : [];
  const dead = response === null ? state.dead : [...state.dead, response.id].slice(-REMEMBERED);
  return {
    state: { ...state, playback: empty, words: {}, dead },
    actions: [...played(frames), ...cancel, ...truncated],
  };
}
