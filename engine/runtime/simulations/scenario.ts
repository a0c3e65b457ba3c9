/**
 * A simulation as a scenario of `flows/<name>/scenario.json`: what was given, done and seen, so that it can be kept as a test.
 * Trouble that lasted has no place there; nor has what only a later run did.
 */
import type { Flow } from "../../core/flow.ts";
import type { JsonObject } from "../../core/json.ts";
import type { SimulationAction, SimulationEvent } from "../../core/simulation.ts";
import { agentSeq, spokenTo, talkOf } from "./talk.ts";

/** Something that was done in a simulation. */
export interface TakenAction {
  /** Of the last event before it. */
  readonly seq: number;
  readonly action: SimulationAction;
  /** Our number it went to, where it went to one. */
  readonly number: { readonly e164: string; readonly provider: string } | null;
}

export interface Played {
  readonly document: Flow;
  readonly actions: readonly TakenAction[];
  readonly events: readonly SimulationEvent[];
  /** Credits gone, by meter. */
  readonly spent: Readonly<Record<string, number>>;
}

export interface ScenarioFile {
  readonly flow: string;
  readonly scenarios: readonly JsonObject[];
}

type ActionOf<K extends SimulationAction["kind"]> = TakenAction & {
  readonly action: Extract<SimulationAction, { kind: K }>;
};
type EventOf<K extends SimulationEvent["kind"]> = Extract<SimulationEvent, { kind: K }>;

const BEGINNINGS: readonly SimulationAction["kind"][] = ["call", "message", "start"];

/** Null where nothing was begun yet. */
export function scenarioOf(played: Played): ScenarioFile | null {
  const begun = played.actions.findIndex(({ action }) => BEGINNINGS.includes(action.kind));
  const first = played.actions[begun];
  if (!first) return null;
  const answers = answersOf(played);
  const later = played.actions.slice(begun + 1).flatMap((taken) => laterOf(played, taken));
  return {
    flow: played.document.key,
    scenarios: [
      {
        name: nameOf(played, first.action),
        ...(Object.keys(answers).length > 0 ? { given: { answers } } : {}),
        when: whenOf(played, first),
        ...(later.length > 0 ? { later } : {}),
        // biome-ignore lint/suspicious/noThenProperty: given, when, then are the words of scenarios; this one is data, never a function.
        then: thenOf(played),
      },
    ],
  };
}

function nameOf({ document, events }: Played, { kind }: SimulationAction): string {
  const outcome = ofKind(events, "run").findLast((event) => event.outcome !== null)?.outcome;
  return `${document.name}: ${kind}${outcome ? ` → ${outcome}` : ""}`;
}

// ------------------------------------------------------------------------------------------ when

function whenOf(played: Played, taken: TakenAction): JsonObject {
  const { action } = taken;
  if (action.kind === "call") return { call: callOf(played, taken as ActionOf<"call">) };
  if (action.kind === "message") return { message: messageOf(played, taken as ActionOf<"message">) };
  return action.kind === "start" ? startOf(played.document, action) : {};
}

function callOf(played: Played, { seq, action }: ActionOf<"call">): JsonObject {
  const call = ofKind(played.events, "call").find(
    (event) => event.seq > seq && event.direction === "inbound" && event.state === "ringing",
  );
  const inputs = call ? inputsOf(played, call.callId) : [];
  const talk = call ? talkOf(played.events, played.actions, call.callId) : [];
  return {
    from: action.from,
    to: call?.to ?? action.to ?? "",
    ...(inputs.length > 0 ? { inputs } : {}),
    ...(talk.length > 0 ? { talk } : {}),
  };
}

type Input = string | { readonly speech: string };

/** What was done at each question of a call; nothing is silence. */
function inputsOf({ events, actions }: Played, callId: string): Input[] {
  const asked = ofKind(events, "listening").filter((event) => event.callId === callId && !event.open);
  const inputs = asked.map((question, index) => {
    const until = asked[index + 1]?.seq ?? agentSeq(events, callId) ?? Number.POSITIVE_INFINITY;
    const done = actions.filter(({ seq }) => seq >= question.seq && seq < until);
    return inputOf(done.map(({ action }) => action).filter((action) => isOn(action, callId)));
  });
  // Silence at the end goes without saying.
  while (inputs.at(-1) === "silence") inputs.pop();
  return inputs;
}

function isOn(action: SimulationAction, callId: string): boolean {
  return !("callId" in action) || action.callId === undefined || action.callId === callId;
}

function inputOf(actions: readonly SimulationAction[]): Input {
  const spoken = actions.find((action) => action.kind === "say" || action.kind === "record");
  if (spoken) return { speech: spoken.text };
  const keys = actions.flatMap((action) => (action.kind === "digits" ? [action.digits] : [])).join("");
  if (keys !== "") return keys;
  return actions.some(({ kind }) => kind === "hangup") ? "hangup" : "silence";
}

function messageOf({ events }: Played, { action, number }: ActionOf<"message">): JsonObject {
  const choice = action.button === undefined ? null : titleOf(events, action.button);
  return {
    from: action.from,
    to: number?.e164 ?? "",
    body: action.body,
    ...(number?.provider === "meta" ? { provider: "meta" } : { channel: action.channel }),
    ...(choice === null ? {} : { choice: { id: action.button ?? "", title: choice } }),
  };
}

function titleOf(events: readonly SimulationEvent[], button: string): string | null {
  const all = ofKind(events, "message").flatMap(({ buttons }) => buttons);
  return all.find(({ id, title }) => id === button || title === button)?.title ?? null;
}

function startOf({ nodes }: Flow, { trigger, input }: ActionOf<"start">["action"]): JsonObject {
  const given = input as JsonObject;
  const node = nodes.find(({ id }) => id === trigger);
  switch (node?.type) {
    case "http.webhook":
      return { webhook: given };
    case "core.schedule":
      return { schedule: trigger };
    case "messaging.status":
      return { sent: given };
    case "data.event": {
      const { module, event } = node.data.params;
      const wanted = { module: String(module ?? ""), event: String(event || "anything") };
      const isWhole = ["module", "event", "payload", "contact"].some((field) => field in given);
      return { event: { ...wanted, ...(isWhole ? given : { payload: given }) } };
    }
    default:
      return { request: given };
  }
}

// ------------------------------------------------------------------------------------------ given and later

/** How those who were called met it. */
function answersOf(played: Played): JsonObject {
  const calls = Map.groupBy(
    ofKind(played.events, "call").filter(({ direction }) => direction !== "inbound"),
    ({ callId }) => callId,
  );
  return Object.fromEntries(
    [...calls].flatMap(([callId, states]) => {
      const [first] = states;
      return first ? [[first.to, answerOf(played, callId, states)] as const] : [];
    }),
  );
}

function answerOf(played: Played, callId: string, states: readonly EventOf<"call">[]): JsonObject {
  const taken = states.find(({ state }) => state === "in-progress");
  const end = states.at(-1);
  if (!taken) return { status: end?.state === "busy" || end?.state === "failed" ? end.state : "no-answer" };
  const inputs = inputsOf(played, callId);
  const seconds = Math.round((Date.parse(end?.at ?? taken.at) - Date.parse(taken.at)) / 1_000);
  const machine = played.actions.some(
    ({ seq, action }) =>
      action.kind === "answer" && action.how === "machine" && seq >= (states[0]?.seq ?? 0) && seq < taken.seq,
  );
  return {
    status: "answered",
    ...(taken.direction === "forwarded" ? { seconds: Math.max(seconds, 1) } : {}),
    ...(inputs.length > 0 ? { inputs } : {}),
    ...(machine ? { answeredBy: "machine" } : {}),
  };
}

/** What is done on a call is part of it; what happens between runs comes after. */
function laterOf(played: Played, taken: TakenAction): JsonObject[] {
  const { action } = taken;
  if (action.kind === "skip") return [{ skipHours: action.ms / 3_600_000 }];
  if (action.kind !== "message") return [];
  const title = action.button === undefined ? null : titleOf(played.events, action.button);
  if (title === null) {
    const message = messageOf(played, taken as ActionOf<"message">);
    return [goesOn(played.events, taken.seq) ? { reply: message } : { message }];
  }
  // A button names its question, which is another one each time.
  const choice = (action.button ?? "").split(":").at(-1) ?? title;
  return [{ tap: { by: action.from, choice, words: title } }];
}

/** Whether the run went on with it, rather than another one being started. */
function goesOn(events: readonly SimulationEvent[], seq: number): boolean {
  const next = events.find(
    (event) =>
      event.seq > seq && (event.kind === "step" || (event.kind === "run" && event.state === "started")),
  );
  return next?.kind === "step";
}

// ------------------------------------------------------------------------------------------ then

const METERS = ["sms", "whatsapp", "voice", "verify"];

function thenOf({ events, spent }: Played): JsonObject {
  const runs = ofKind(events, "run");
  const own = runs.find(({ state }) => state === "started")?.runId ?? null;
  const last = runs.findLast(({ runId }) => runId === own);
  const path = ofKind(events, "step").flatMap(({ runId, nodeId }) => (runId === own ? [nodeId] : []));
  const calls = ofKind(events, "call");
  const caller = calls.find(({ direction }) => direction === "inbound")?.callId ?? null;
  const spoken = spokenTo(events, caller);
  const credits = Object.entries(spent).filter(([meter, amount]) => METERS.includes(meter) && amount !== 0);
  return {
    run: last ? runOf(last) : null,
    ...(last ? { path } : {}),
    ...(spoken.length > 0 ? { spoken } : {}),
    ...(caller === null ? {} : { dialed: dialedIn(calls) }),
    messages: messagesOf(events),
    credits: Object.fromEntries(credits.map(([meter, amount]) => [meter, -amount])),
  };
}

function runOf({ state, outcome }: EventOf<"run">): JsonObject {
  const status = state === "started" ? "running" : state;
  return { status, ...(outcome === null ? {} : { outcome }) };
}

/** How each leg came out, in the order they ended. */
function dialedIn(calls: readonly EventOf<"call">[]): JsonObject[] {
  return calls
    .filter(
      ({ direction, state }) => direction === "forwarded" && state !== "ringing" && state !== "in-progress",
    )
    .map(({ to, state: status }) => ({ to, status }));
}

/** Each message once, with the last that became of it. */
function messagesOf(events: readonly SimulationEvent[]): JsonObject[] {
  const messages = new Map(ofKind(events, "message").map((event) => [event.id, event]));
  return [...messages.values()].map(({ channel, status, body }) => ({
    channel,
    status,
    ...(body === "" ? {} : { bodyContains: beginningOf(body) }),
  }));
}

// What follows is often a link of this one run.
function beginningOf(body: string): string {
  return (body.split(/https?:|\n/, 1)[0] ?? "").slice(0, 80).trimEnd();
}

function ofKind<K extends SimulationEvent["kind"]>(events: readonly SimulationEvent[], kind: K) {
  return events.filter((event): event is EventOf<K> => event.kind === kind);
}
