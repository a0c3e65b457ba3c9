import { type Static, Type } from "typebox";
import { FlowSchema } from "./flow.ts";

/**
 * What the simulator's phone and chat say to the server and hear from it. A simulation is a sandbox in which one flow, also
 * an unsaved draft, runs on the real engine against emulated vendors: nothing real is sent, no credits of the tenant are used.
 */
const strict = { additionalProperties: false } as const;
const Id = Type.String({ minLength: 1, maxLength: 64 });
const PhoneNumber = Type.String({
  pattern: "^(\\+[1-9]\\d{6,14}|anonymous)$",
  description: "E.164, or hidden.",
});
const Text = Type.String({ maxLength: 4096 });
const Channel = Type.Enum(["sms", "whatsapp"]);
const onCall = {
  callId: Type.Optional(
    Type.Unsafe<string>({ ...Id, description: "Which call; absent: the one that waits for such a thing." }),
  ),
};

/** Somebody to call or write as: what their number is like decides what the vendors can do with it. */
export const Persona = Type.Object(
  {
    id: Id,
    phone: PhoneNumber,
    name: Type.Object({ en: Type.String(), es: Type.String() }),
    detail: Type.Object({ en: Type.String(), es: Type.String() }),
    country: Type.Union([Type.String(), Type.Null()], { description: "ISO 3166 alpha-2; null: hidden." }),
  },
  strict,
);

/** Trouble that may be switched on while a simulation lasts. */
export const SIMULATED_FAULTS = [
  "whatsapp-down",
  "sms-down",
  "twilio-slow",
  "lookup-down",
  "messages-undelivered",
] as const;

export const SimulationRequest = Type.Object(
  {
    flow: Type.String({ description: "Key of the flow." }),
    document: Type.Optional(FlowSchema),
    persona: Type.Optional(PhoneNumber),
    at: Type.Optional(
      Type.String({ format: "date-time", description: "What time it is there at first; absent: now." }),
    ),
  },
  strict,
);

/** What the person at the simulated phone does. */
export const SimulationAction = Type.Union([
  Type.Object({ kind: Type.Literal("call"), from: PhoneNumber, to: Type.Optional(PhoneNumber) }, strict),
  Type.Object(
    { kind: Type.Literal("digits"), ...onCall, digits: Type.String({ pattern: "^[0-9*#]{1,32}$" }) },
    strict,
  ),
  Type.Object({ kind: Type.Literal("say"), ...onCall, text: Text }, strict),
  Type.Object(
    {
      kind: Type.Literal("record"),
      ...onCall,
      seconds: Type.Integer({ minimum: 1, maximum: 600 }),
      text: Text,
    },
    { ...strict, description: "Leaves a message after the tone; `text` is what is said in it." },
  ),
  Type.Object(
    { kind: Type.Literal("hangup"), ...onCall },
    { ...strict, description: "Absent `callId`: whoever called, or was called by the flow, hangs up." },
  ),
  Type.Object(
    {
      kind: Type.Literal("answer"),
      ...onCall,
      how: Type.Enum(["answer", "busy", "no-answer", "machine", "decline"]),
    },
    { ...strict, description: "How a call that the flow places or passes on is met." },
  ),
  Type.Object(
    {
      kind: Type.Literal("message"),
      channel: Channel,
      from: PhoneNumber,
      body: Text,
      replyTo: Type.Optional(Id),
      button: Type.Optional(Type.String({ description: "Id of the button or row that was tapped." })),
      mediaUrl: Type.Optional(Type.String({ maxLength: 2048 })),
    },
    strict,
  ),
  Type.Object({ kind: Type.Literal("read"), message: Id }, strict),
  Type.Object(
    { kind: Type.Literal("start"), trigger: Id, input: Type.Record(Type.String(), Type.Unknown()) },
    { ...strict, description: "Begins the flow at a trigger that is no call and no message." },
  ),
  Type.Object(
    { kind: Type.Literal("skip"), ms: Type.Integer({ minimum: 1, maximum: 366 * 86_400_000 }) },
    strict,
  ),
  Type.Object(
    { kind: Type.Literal("fault"), fault: Type.Enum([...SIMULATED_FAULTS]), on: Type.Boolean() },
    strict,
  ),
]);

const at = {
  seq: Type.Integer({ minimum: 1, description: "Counts the events of a simulation." }),
  at: Type.String(),
};
const Nullable = Type.Union([Type.String(), Type.Null()]);
const Button = Type.Object({ id: Type.String(), title: Type.String(), url: Type.Optional(Type.String()) });

/** What happens in a simulation, in order. */
export const SimulationEvent = Type.Union([
  Type.Object({
    ...at,
    kind: Type.Literal("run"),
    runId: Type.String(),
    state: Type.Enum(["started", "waiting", "succeeded", "failed", "cancelled"]),
    nodeId: Nullable,
    until: Nullable,
    outcome: Nullable,
    error: Nullable,
  }),
  Type.Object({
    ...at,
    kind: Type.Literal("step"),
    runId: Type.String(),
    nodeId: Type.String(),
    type: Type.String(),
    port: Nullable,
    ms: Type.Number(),
    params: Type.Unknown(),
    output: Type.Unknown(),
    error: Nullable,
    credits: Type.Record(Type.String(), Type.Integer(), { description: "Credits the step used, by meter." }),
  }),
  Type.Object({
    ...at,
    kind: Type.Literal("call"),
    callId: Type.String(),
    direction: Type.Enum(["inbound", "outbound", "forwarded"]),
    state: Type.Enum(["ringing", "in-progress", "completed", "busy", "no-answer", "failed"]),
    from: Type.String(),
    to: Type.String(),
  }),
  Type.Object({
    ...at,
    kind: Type.Literal("caption"),
    callId: Type.String(),
    speaker: Type.Enum(["flow", "person"]),
    text: Type.String(),
    language: Nullable,
    voice: Nullable,
    utterance: Type.Optional(
      Type.String({ description: "The same one again: it goes on, and `text` is all of it until now." }),
    ),
  }),
  Type.Object({
    ...at,
    kind: Type.Literal("listening"),
    callId: Type.String(),
    wants: Type.Array(Type.Enum(["digits", "speech", "recording"])),
    finishOnKey: Nullable,
    open: Type.Optional(
      Type.Boolean({
        description: "Not one question: they may speak at any time, also while they are spoken to.",
      }),
    ),
  }),
  Type.Object({
    ...at,
    kind: Type.Literal("message"),
    id: Type.String({ description: "The same id again: its status or text changed." }),
    channel: Channel,
    direction: Type.Enum(["inbound", "outbound"]),
    person: Type.String({ description: "E.164 of whose chat it is in." }),
    body: Type.String(),
    media: Type.Array(Type.Object({ url: Type.String(), contentType: Type.String() })),
    buttons: Type.Array(Button),
    header: Nullable,
    footer: Nullable,
    status: Type.Enum(["queued", "sent", "delivered", "read", "failed", "received"]),
    error: Nullable,
    segments: Type.Integer(),
  }),
  Type.Object({ ...at, kind: Type.Literal("clock"), now: Type.String() }),
  Type.Object({ ...at, kind: Type.Literal("problem"), code: Type.String(), message: Type.String() }),
]);

export const SimulationState = Type.Object({
  id: Id,
  flow: Type.String(),
  now: Type.String(),
  faults: Type.Array(Type.Enum([...SIMULATED_FAULTS])),
  numbers: Type.Array(Type.Object({ e164: Type.String(), channels: Type.Array(Type.String()) }), {
    description: "Numbers of the tenant that this flow listens on, or may be called at.",
  }),
  events: Type.Array(SimulationEvent),
});

export type Persona = Static<typeof Persona>;
export type SimulationRequest = Static<typeof SimulationRequest>;
export type SimulationAction = Static<typeof SimulationAction>;
export type SimulationEvent = Static<typeof SimulationEvent>;
export type SimulationState = Static<typeof SimulationState>;
export type SimulatedFault = (typeof SIMULATED_FAULTS)[number];
