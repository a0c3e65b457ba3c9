/** A talk with an agent in a simulation, as the steps of a scenario's caller. */
import type { SimulationAction, SimulationEvent } from "../../core/simulation.ts";
import type { TalkStep } from "../../core/talk.ts";

type Caption = Extract<SimulationEvent, { kind: "caption" }>;

interface Taken {
  /** Of the last event before it. */
  readonly seq: number;
  readonly action: SimulationAction;
}

/** When the agent was first heard on a call, or listened; null: there was none. */
export function agentSeq(events: readonly SimulationEvent[], callId: string): number | null {
  const first = events.find(
    (event) =>
      (event.kind === "caption" && event.callId === callId && event.utterance !== undefined) ||
      (event.kind === "listening" && event.callId === callId && event.open === true),
  );
  return first?.seq ?? null;
}

/** What the caller did from then on, each after what they had heard. */
export function talkOf(
  events: readonly SimulationEvent[],
  actions: readonly Taken[],
  callId: string,
): readonly TalkStep[] {
  const since = agentSeq(events, callId);
  if (since === null) return [];
  let before = 0;
  return actions
    .filter(({ seq, action }) => seq >= since && isOn(action, callId))
    .flatMap(({ seq, action }) => {
      const heard = heardLast(events, callId, before, seq);
      before = seq;
      return stepsOf(action, heard, isSpeaking(events, callId, seq));
    });
}

function isOn(action: SimulationAction, callId: string): boolean {
  return (
    (action.kind === "say" || action.kind === "digits" || action.kind === "hangup") &&
    (action.callId === undefined || action.callId === callId)
  );
}

function stepsOf(action: SimulationAction, heard: string | null, isInterrupting: boolean): TalkStep[] {
  const after = heard === null ? [] : [{ hears: heard }];
  if (action.kind === "digits") return [...after, { presses: action.digits }];
  if (action.kind === "hangup") return [...after, { hangsUp: true }];
  if (action.kind !== "say" || action.text === "") return [];
  if (!isInterrupting) return [...after, { says: action.text }];
  return [{ interrupts: action.text, ...(heard === null ? {} : { after: heard }) }];
}

const LAST_WORDS = 4;

/** The last words of what was begun and heard between two moments; null: nothing. */
function heardLast(
  events: readonly SimulationEvent[],
  callId: string,
  from: number,
  until: number,
): string | null {
  const captions = captionsTo(events, callId);
  const known = new Set(captions.filter(({ seq }) => seq <= from).map(({ utterance }) => utterance));
  const last = captions.findLast(({ seq, utterance }) => seq > from && seq <= until && !known.has(utterance));
  return last ? last.text.trim().split(/\s+/).slice(-LAST_WORDS).join(" ") : null;
}

/** Whether the agent was being heard then: it had spoken last, and had not fallen silent. */
function isSpeaking(events: readonly SimulationEvent[], callId: string, at: number): boolean {
  const last = events.findLast(
    (event) =>
      event.seq <= at &&
      (event.kind === "caption" || event.kind === "listening") &&
      event.callId === callId &&
      !(event.kind === "caption" && event.speaker === "person"),
  );
  return last?.kind === "caption" && last.utterance !== undefined;
}

/** Everything the flow said there, each utterance once, as it was heard in the end. */
export function spokenTo(events: readonly SimulationEvent[], callId: string | null): readonly string[] {
  const spoken = new Map<string, string>();
  for (const { utterance, seq, text } of callId === null ? [] : captionsTo(events, callId))
    spoken.set(utterance ?? String(seq), text);
  return [...spoken.values()].map((text) => text.trim()).filter((text) => text !== "");
}

function captionsTo(events: readonly SimulationEvent[], callId: string): readonly Caption[] {
  return events.filter(
    (event): event is Caption =>
      event.kind === "caption" && event.callId === callId && event.speaker === "flow",
  );
}
