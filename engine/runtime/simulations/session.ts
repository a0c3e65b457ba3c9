/** One simulation: a flow in a twin, emulated vendors, and what happens there, in order. */
import type { Flow } from "../../core/flow.ts";
import { placeOf, reachOf } from "../../core/personas.ts";
import type {
  SimulatedFault,
  SimulationAction,
  SimulationEvent,
  SimulationState,
} from "../../core/simulation.ts";
import { newId } from "../../ids.ts";
import type { LedgerEntry, PersonAtThePhone } from "../../plugin-api.ts";
import { listAccounts } from "../../store/credits.ts";
import type { TenantDirectory } from "../directory.ts";
import type { Engine } from "../engine.ts";
import type { RunEvent, Runtime } from "../runtime.ts";
import { skipTime } from "../virtual-time.ts";
import { cannotBeDone } from "./refusals.ts";
import { createRunStory, type NewEvent } from "./run-events.ts";
import { type ScenarioFile, scenarioOf, type TakenAction } from "./scenario.ts";
import { explainer } from "./setbacks.ts";
import { endedStep, lostMessage } from "./step-events.ts";
import { makeTwin, PLAY_CREDITS, removeTwin, type Twin } from "./twin.ts";
import { type SimulatedVendor, startVendors } from "./vendors.ts";

export interface SessionParts {
  readonly runtime: Runtime;
  readonly engine: Engine;
  allow(origin: string): () => void;
  readonly pace: Pace;
}

/** How long things take there, in milliseconds. */
export interface Pace {
  /** A second of speech. */
  readonly speakingMs: number;
  /** A second of waiting for somebody. */
  readonly waitingMs: number;
  /** Between the statuses of a message. */
  readonly vendorMs?: number;
}

export interface SessionOrder {
  readonly tenantId: string;
  readonly by: string;
  readonly document: Flow;
  /** What time it is there at first; null: now. */
  readonly at: Date | null;
}

export type Start = Extract<SimulationAction, { kind: "start" }>;

/** Begins a flow at a trigger that is no call and no message, as whatever does so outside would. */
export type StartAt = (place: {
  readonly tenantId: string;
  readonly flow: Flow;
  readonly hookKey: string;
  readonly order: Start;
}) => Promise<void>;

export interface Session {
  readonly id: string;
  readonly tenantId: string;
  readonly by: string;
  readonly flow: string;
  readonly document: Flow;
  readonly twin: Twin;
  /** What was done here, in order. */
  readonly actions: readonly TakenAction[];
  readonly vendors: readonly SimulatedVendor[];
  state(): Promise<SimulationState>;
  /** What happened, to be kept as a test; null where nothing was begun. */
  scenario(): Promise<ScenarioFile | null>;
  events(): readonly SimulationEvent[];
  /** Gives the number of the last event before it. @throws AppError INPUT_INVALID where nothing is there for it */
  act(action: SimulationAction, startAt: StartAt): Promise<number>;
  hears(event: RunEvent): void;
  onEvent(listener: (event: SimulationEvent) => void): () => void;
  close(): Promise<void>;
}

const MAX_EVENTS = 5_000;

export async function openSession(parts: SessionParts, order: SessionOrder): Promise<Session> {
  const story = createStory(parts);
  const person = personOf(parts.pace, story.tell);
  const { runtime } = parts;
  const { vendors, close } = await startVendors(runtime.registry.plugins, {
    publicUrl: runtime.settings.publicUrl,
    allow: parts.allow,
    paceMs: parts.pace.vendorMs,
    person,
  });
  try {
    const offsetMs = order.at === null ? 0 : order.at.getTime() - runtime.clock.now().getTime();
    const { tenantId: of, document } = order;
    const twin = await makeTwin(runtime, { of, document, vendors, offsetMs });
    story.begin(twin);
    const place = { vendors, close, twin, order, story };
    story.tell({ kind: "clock", now: (await story.now()).toISOString() });
    return sessionOf(parts, place);
  } catch (error) {
    await close();
    throw error;
  }
}

// ------------------------------------------------------------------------------------------ what is told

interface Story {
  begin(twin: Twin): void;
  tell(event: NewEvent): void;
  /** Told when everything before it is. */
  tellLater(make: () => Promise<NewEvent>): void;
  /** Resolves when all is told. */
  told(): Promise<unknown>;
  now(): Promise<Date>;
  readonly events: readonly SimulationEvent[];
  readonly seq: () => number;
  onEvent(listener: (event: SimulationEvent) => void): () => void;
}

function createStory({ runtime }: SessionParts): Story {
  let twin: Twin | null = null;
  let seq = 0;
  let queue: Promise<unknown> = Promise.resolve();
  const events: SimulationEvent[] = [];
  const listeners = new Set<(event: SimulationEvent) => void>();
  const now = async () => {
    const { tenant } = await runtime.directory.of(twin?.tenantId ?? "");
    return new Date(runtime.clock.now().getTime() + tenant.clock_offset_ms);
  };
  const place = async (event: NewEvent) => {
    const placed = { ...event, seq: ++seq, at: (await now()).toISOString() };
    const seen = inTheTenantsWords(placed, twin?.suffix ?? "");
    events.push(seen);
    if (events.length > MAX_EVENTS) events.shift();
    for (const listener of listeners) listener(seen);
  };
  const enqueue = (make: () => Promise<NewEvent>) => {
    queue = queue
      .then(make)
      .then(place)
      .catch((error: unknown) => runtime.log.debug({ err: error }, "an event of a simulation is lost"));
  };
  return {
    events,
    now,
    seq: () => seq,
    told: () => queue,
    begin(given) {
      twin = given;
    },
    tell: (event) => enqueue(async () => event),
    tellLater: enqueue,
    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The copies of shops and numbers go by the ids of what they are copies of. */
function inTheTenantsWords<T>(event: T, suffix: string): T {
  const text = JSON.stringify(event);
  return suffix !== "" && text.includes(suffix) ? JSON.parse(text.replaceAll(suffix, "")) : event;
}

/** A vendor notes more about a message than its chat shows: what looks the same is told once. */
function personOf({ speakingMs, waitingMs }: Pace, tell: (event: NewEvent) => void): PersonAtThePhone {
  const shown = new Map<string, string>();
  const hears: PersonAtThePhone["hears"] = (event) => {
    if (event.kind === "message") {
      const looks = JSON.stringify(event);
      if (shown.get(event.id) === looks) return;
      shown.set(event.id, looks);
    }
    tell(event);
  };
  return { hears, speakingMs, waitingMs, reach: reachOf };
}

// ------------------------------------------------------------------------------------------ what is done

interface Place {
  readonly vendors: readonly SimulatedVendor[];
  readonly twin: Twin;
  readonly order: SessionOrder;
  readonly story: Story;
  close(): Promise<void>;
}

function sessionOf(parts: SessionParts, place: Place): Session {
  const { runtime, engine } = parts;
  const { vendors, twin, order, story } = place;
  const runs = createRunStory();
  const explain = explainer(runtime.registry.plugins);
  const faults = new Set<SimulatedFault>();
  const actions: TakenAction[] = [];
  const id = newId("simulation");
  const { document } = order;
  return {
    id,
    tenantId: order.tenantId,
    by: order.by,
    flow: document.key,
    document,
    twin,
    vendors,
    actions,
    events: () => story.events,
    onEvent: story.onEvent,
    async state() {
      await story.told();
      const { numbers } = await runtime.directory.of(twin.tenantId);
      return {
        id,
        flow: document.key,
        now: (await story.now()).toISOString(),
        faults: [...faults],
        numbers: numbers.filter((number) => answers(number, document.key)).map(numberView),
        events: [...story.events],
      };
    },
    async act(action, startAt) {
      await story.told();
      const seq = story.seq();
      const number = await perform(parts, { ...place, faults, startAt }, action);
      actions.push({ seq, action, number });
      return seq;
    },
    async scenario() {
      await story.told();
      const accounts = await runtime.db.asTenant(twin.tenantId, listAccounts);
      const spent = accounts.map(
        ({ meter, balance }) => [meter, PLAY_CREDITS - (balance ?? PLAY_CREDITS)] as const,
      );
      const played = { document, actions, events: story.events, spent: Object.fromEntries(spent) };
      return scenarioOf(played);
    },
    hears(event) {
      const told = runs.tell(event);
      if (told === null) return;
      if ("kind" in told) return story.tell(told);
      story.tellLater(() =>
        "lost" in told ? lostMessage(runtime, explain, told.lost) : endedStep(runtime, explain, told),
      );
    },
    async close() {
      await place.close();
      await removeTwin(runtime, engine, twin.tenantId);
    },
  };
}

type OwnNumber = TenantDirectory["numbers"][number];

function answers(number: OwnNumber, flow: string): boolean {
  return number.voice_flow_key === flow || number.message_flow_key === flow;
}

function numberView({ e164, voice, sms, whatsapp }: OwnNumber) {
  const channels = { voice, sms, whatsapp };
  return { e164, channels: Object.entries(channels).flatMap(([name, is]) => (is ? [name] : [])) };
}

interface Acting extends Place {
  readonly faults: Set<SimulatedFault>;
  readonly startAt: StartAt;
}

/** Gives our number that it went to, where it went to one. */
async function perform(
  parts: SessionParts,
  acting: Acting,
  action: SimulationAction,
): Promise<TakenAction["number"]> {
  const { vendors } = acting;
  switch (action.kind) {
    case "call":
      return call(parts, acting, action);
    case "message":
      return write(parts, acting, action);
    case "read":
      if (vendors.some(({ emulator }) => emulator.phone?.read(action.message))) return null;
      throw cannotBeDone(action.kind, "message");
    case "skip":
      await skip(parts, acting, action.ms);
      return null;
    case "fault":
      if (action.on) acting.faults.add(action.fault);
      else acting.faults.delete(action.fault);
      for (const { emulator } of vendors) emulator.phone?.trouble(new Set(acting.faults));
      return null;
    case "start":
      await begin(acting, action);
      return null;
    default:
      if (vendors.some(({ emulator }) => emulator.phone?.act(action))) return null;
      throw cannotBeDone(action.kind, action.kind);
  }
}

async function call(
  { runtime }: SessionParts,
  { vendors, twin, order }: Acting,
  { from, to }: Extract<SimulationAction, { kind: "call" }>,
): Promise<TakenAction["number"]> {
  const { numbers } = await runtime.directory.of(twin.tenantId);
  const able = numbers.filter(({ voice }) => voice);
  const number =
    to === undefined
      ? (able.find(({ voice_flow_key }) => voice_flow_key === order.document.key) ?? able[0])
      : able.find(({ e164 }) => e164 === to);
  const phone = vendors.find(({ provider }) => provider === number?.provider)?.emulator.phone;
  if (!number || !phone?.call) throw cannotBeDone("call", to === undefined ? "noLine" : "noSuchLine");
  phone.call({ from, to: number.e164, place: placeOf(from) });
  return number;
}

async function write(
  { runtime }: SessionParts,
  { vendors, twin, order }: Acting,
  { kind: _kind, ...message }: Extract<SimulationAction, { kind: "message" }>,
): Promise<TakenAction["number"]> {
  const { numbers } = await runtime.directory.of(twin.tenantId);
  const able = numbers.filter((number) => number[message.channel]);
  const spokenTo = lastSender(vendors, message);
  const number =
    able.find(({ provider, e164 }) => provider === spokenTo?.provider && e164 === spokenTo.e164) ??
    able.find(({ message_flow_key }) => message_flow_key === order.document.key) ??
    able[0];
  const phone = vendors.find(({ provider }) => provider === number?.provider)?.emulator.phone;
  if (!number || !phone) throw cannotBeDone("message", message.channel);
  phone.write({ ...message, to: number.e164, toId: number.provider_id });
  return number;
}

/** Who wrote to this person last, or sent what they answer. */
function lastSender(
  vendors: readonly SimulatedVendor[],
  {
    from,
    channel,
    replyTo,
  }: Pick<Extract<SimulationAction, { kind: "message" }>, "from" | "channel" | "replyTo">,
): { readonly provider: string; readonly e164: string } | null {
  const fits = (entry: LedgerEntry) =>
    replyTo === undefined
      ? entry.kind === "message" && entry.to === from && entry.channel === channel
      : entry.ref === replyTo;
  const found = vendors
    .flatMap(({ provider, emulator }) =>
      emulator
        .ledger()
        .filter(fits)
        .map((entry) => ({ provider, e164: entry.from ?? "", at: entry.at })),
    )
    .toSorted((a, b) => a.at.localeCompare(b.at));
  return found.at(-1) ?? null;
}

async function skip({ runtime }: SessionParts, { vendors, twin, story }: Acting, ms: number): Promise<void> {
  const now = await skipTime(runtime, twin.tenantId, ms);
  for (const { emulator } of vendors) emulator.phone?.skip(ms);
  story.tell({ kind: "clock", now: now.toISOString() });
}

async function begin({ twin, order, startAt }: Acting, action: Start): Promise<void> {
  const { tenantId, hookKey } = twin;
  const [flow, input] = [twin.translated(order.document), twin.translated(action.input)];
  await startAt({ tenantId, hookKey, flow, order: { ...action, input } });
}
