import type { SimulationEvent } from "../../engine/core/simulation.ts";

type EventOf<K extends SimulationEvent["kind"]> = Extract<SimulationEvent, { kind: K }>;

export type CallView = Omit<EventOf<"call">, "kind" | "seq" | "at">;
export type MessageView = EventOf<"message">;
export type StepView = EventOf<"step">;
export type CaptionView = EventOf<"caption">;
export type RunView = EventOf<"run">;

/** A simulation as the phone, the chat and the list of steps show it. */
export interface SimulationView {
  readonly calls: readonly CallView[];
  readonly captions: readonly CaptionView[];
  /** What the phone is waiting for; null: it speaks, or nobody is on the line. */
  readonly listening: EventOf<"listening"> | null;
  /** In the order they began; a later status replaces an earlier one in place. */
  readonly messages: readonly MessageView[];
  readonly steps: readonly StepView[];
  readonly runs: readonly RunView[];
  readonly now: string | null;
  readonly problem: string | null;
  readonly lastSeq: number;
}

export const NOTHING_HAPPENED: SimulationView = {
  calls: [],
  captions: [],
  listening: null,
  messages: [],
  steps: [],
  runs: [],
  now: null,
  problem: null,
  lastSeq: 0,
};

/** The view after one more event. One that came before, or twice, changes nothing. */
export function afterEvent(view: SimulationView, event: SimulationEvent): SimulationView {
  if (event.seq <= view.lastSeq) return view;
  return { ...view, ...changeBy(view, event), lastSeq: event.seq };
}

function changeBy(view: SimulationView, event: SimulationEvent): Partial<SimulationView> {
  switch (event.kind) {
    case "call":
      return callChange(view, event);
    case "caption":
      return {
        captions: captionsAfter(view.captions, event),
        ...(event.speaker === "flow" ? { listening: null } : {}),
      };
    case "listening":
      return { listening: event };
    case "message":
      return { messages: placed(view.messages, event, ({ id }) => id) };
    case "step":
      return { steps: [...view.steps, event] };
    case "run":
      return { runs: placed(view.runs, event, ({ runId }) => runId) };
    case "clock":
      return { now: event.now };
    case "problem":
      return { problem: event.message };
  }
}

/** One that goes on stays where it began. */
function captionsAfter(captions: readonly CaptionView[], event: CaptionView): readonly CaptionView[] {
  const { utterance } = event;
  const index =
    utterance === undefined ? -1 : captions.findIndex((caption) => caption.utterance === utterance);
  const first = captions[index];
  return first ? captions.with(index, { ...event, seq: first.seq }) : [...captions, event];
}

function callChange(
  view: SimulationView,
  { seq, at, kind, ...call }: EventOf<"call">,
): Partial<SimulationView> {
  const calls = placed(view.calls, call, ({ callId }) => callId);
  const over = view.listening?.callId === call.callId && isOver(call);
  return over ? { calls, listening: null } : { calls };
}

/** In place of the one with the same name, or at the end. */
function placed<T>(list: readonly T[], item: T, nameOf: (item: T) => string): readonly T[] {
  const index = list.findIndex((other) => nameOf(other) === nameOf(item));
  return index < 0 ? [...list, item] : list.with(index, item);
}

export function isOver({ state }: Pick<CallView, "state">): boolean {
  return state !== "ringing" && state !== "in-progress";
}

/** The call the person at the phone is in. */
export function ownCall({ calls }: SimulationView): CallView | null {
  return calls.findLast((call) => call.direction === "inbound" && !isOver(call)) ?? outboundCall(calls);
}

function outboundCall(calls: readonly CallView[]): CallView | null {
  return calls.findLast((call) => call.direction === "outbound" && call.state === "in-progress") ?? null;
}

/** A phone that rings and waits for somebody to say how it is met. */
export function ringing({ calls }: SimulationView): CallView | null {
  return calls.findLast((call) => call.direction !== "inbound" && call.state === "ringing") ?? null;
}

/** What the flow has said since then; of what goes on, the rest. */
export function freshWords(
  before: readonly CaptionView[],
  now: readonly CaptionView[],
): readonly Pick<CaptionView, "text" | "language">[] {
  return now.flatMap(({ seq, speaker, text, language }) => {
    const known = before.find((caption) => caption.seq === seq)?.text ?? "";
    const fresh = text.startsWith(known) ? text.slice(known.length) : "";
    return speaker === "flow" && fresh.trim() !== "" ? [{ text: fresh, language }] : [];
  });
}
