import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Static, Type } from "typebox";
import { TalkSchema, type TalkStep } from "../../engine/core/talk.ts";
import { createValidator } from "../../engine/validator.ts";

/**
 * The examples as tests: what is given, what a person or a system does, and what must come of it, at the vendors as in
 * the rows. Everything in `then` that is left out is not looked at.
 *
 *   { name: "Contesta la tienda", given: { answers: { "+573105550102": { status: "answered", seconds: 65 } } },
 *     when: { call: { from: "+573001110001", to: "+576045550102" } },
 *     then: { run: { status: "succeeded", outcome: "atendida" }, credits: { voice: -2 } } }
 */
const strict = { additionalProperties: false } as const;
const Phone = Type.String({ pattern: "^\\+[1-9][0-9]{6,14}$" });
const Meter = Type.Enum(["sms", "whatsapp", "voice", "lookup", "verify", "ai"]);
const Channel = Type.Enum(["sms", "whatsapp"]);
const Provider = Type.Enum(["twilio", "meta"]);
const Json = Type.Unsafe<unknown>({});

const Inputs = Type.Array(Type.Union([Type.String(), Type.Object({ speech: Type.String() }, strict)]), {
  description: "One for each question: keys, words, `silence` or `hangup`.",
});

const Answer = Type.Object(
  {
    status: Type.Enum(["answered", "busy", "no-answer", "failed"]),
    seconds: Type.Optional(Type.Integer({ description: "How long they talk." })),
    inputs: Type.Optional(Inputs),
    talk: Type.Optional(TalkSchema),
    answeredBy: Type.Optional(Type.Enum(["human", "machine", "fax", "unknown"])),
    hangupAfter: Type.Optional(Type.Integer({ minimum: 1, description: "Seconds of call time." })),
    after: Type.Optional(
      Type.Integer({ description: "Of queue:<name>: seconds callers wait until an agent takes them." }),
    ),
  },
  strict,
);

const FaultOrder = Type.Object(
  {
    provider: Provider,
    to: Type.Optional(Phone),
    path: Type.Optional(
      Type.String({ description: "Regular expression over the path asked for; Twilio only." }),
    ),
    times: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
    fault: Type.Union([
      Type.Object(
        {
          kind: Type.Literal("status"),
          status: Type.Integer(),
          code: Type.Optional(Type.Integer()),
          retryAfter: Type.Optional(Type.Integer()),
        },
        strict,
      ),
      Type.Object(
        {
          kind: Type.Enum([
            "timeout-after-accept",
            "reset-after-accept",
            "reset-before",
            "duplicate-callbacks",
            "reorder-callbacks",
            "lose-callbacks",
          ]),
        },
        strict,
      ),
    ]),
  },
  strict,
);

const count = (what: string) => Type.Integer({ minimum: 0, description: what });

/** For the next socket that the vendor opens during a call, in their order. */
const SocketTrouble = Type.Union([
  Type.Object({ kind: Type.Enum(["unreachable", "bad-signature", "silence", "twice"]) }, strict),
  Type.Object({ kind: Type.Literal("drop"), afterFrames: count("Frames of ours.") }, strict),
  Type.Object({ kind: Type.Literal("malformed"), frames: Type.Array(Type.String()) }, strict),
  Type.Object({ kind: Type.Literal("slow"), ms: count("Of the call.") }, strict),
]);

const Given = Type.Object(
  {
    sockets: Type.Optional(
      Type.Array(SocketTrouble, {
        description: "What is wrong with the sockets of the call, one after the other.",
      }),
    ),
    answers: Type.Optional(
      Type.Record(Type.String(), Answer, { description: "How those who are called react." }),
    ),
    credits: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]), {
        description: "Left at the start, by meter; null = unlimited; those not named have plenty.",
      }),
    ),
    inQueue: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: "Callers of the same number who wait already, and go on waiting.",
      }),
    ),
    inQueueAt: Type.Optional(Type.String({ description: "The number they called, where it is another." })),
    answeredBefore: Type.Optional(
      Type.Array(Type.String(), { description: "Lines that have just taken a call." }),
    ),
    optedOut: Type.Optional(Type.Array(Type.Object({ phone: Phone, channel: Channel }, strict))),
    faults: Type.Optional(Type.Array(FaultOrder)),
    templates: Type.Optional(
      Type.Array(
        Type.Object(
          {
            provider: Provider,
            key: Type.String(),
            locale: Type.String(),
            status: Type.Enum(["approved", "rejected", "paused", "disabled"]),
            reason: Type.Optional(Type.String()),
          },
          strict,
        ),
        { description: "What vendors say of templates; those not named are approved." },
      ),
    ),
    extraStores: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 40,
        description: "Stores named Sede 01, Sede 02 … that the business has beside its own.",
      }),
    ),
    consents: Type.Optional(
      Type.Array(
        Type.Object(
          {
            phone: Phone,
            channel: Channel,
            purpose: Type.Enum(["service", "notice", "marketing"]),
            state: Type.Enum(["granted", "denied"]),
          },
          strict,
        ),
        { description: "On record before; of others nothing is." },
      ),
    ),
    wrote: Type.Optional(
      Type.Array(
        Type.Object(
          {
            phone: Phone,
            channel: Channel,
            to: Type.Optional(
              Type.Unsafe<string>({ ...Phone, description: "A number at Meta, else the shared one." }),
            ),
          },
          strict,
        ),
        { description: "Who has just written to us: their 24 hours are open." },
      ),
    ),
    settings: Type.Optional(
      Type.Record(Type.String(), Json, {
        description: "Of the tenant, over those of the demo; null takes one away.",
      }),
    ),
    web: Type.Optional(
      Type.Record(
        Type.String({ pattern: "^/" }),
        Type.Object({ status: Type.Integer(), json: Type.Optional(Json) }, strict),
        { description: "What another system answers, by path; `{web}` in `tables` is its address." },
      ),
    ),
    tables: Type.Optional(
      Type.Record(Type.String({ pattern: "^[a-z][a-z0-9_-]*/." }), Json, {
        description: "Values the business keeps, by `table/key`; nothing else is in its tables.",
      }),
    ),
    hours: Type.Optional(
      Type.Enum(["open", "closed"], {
        description: "Of the business and all its stores, whatever the clock says; default open.",
      }),
    ),
  },
  strict,
);

const Geo = Type.Object(
  {
    city: Type.Optional(Type.String()),
    state: Type.Optional(Type.String()),
    zip: Type.Optional(Type.String()),
    country: Type.Optional(Type.String()),
  },
  strict,
);

const Call = Type.Object(
  {
    from: Type.String({ description: "E.164, or a word such as anonymous." }),
    to: Phone,
    geo: Type.Optional(Geo),
    inputs: Type.Optional(Inputs),
    talk: Type.Optional(
      Type.Unsafe<readonly TalkStep[]>({
        ...TalkSchema,
        description: "What they do where an agent talks with them.",
      }),
    ),
    hangupAfter: Type.Optional(Type.Integer({ minimum: 1, description: "Seconds of call time." })),
  },
  strict,
);

const Message = Type.Object(
  {
    from: Type.String({ description: "E.164; empty for a person who hides it and has a `userId`." }),
    to: Phone,
    body: Type.String(),
    channel: Type.Optional(Channel),
    provider: Type.Optional(Type.Literal("meta", { description: "To a number connected directly to Meta." })),
    userId: Type.Optional(Type.String()),
    choice: Type.Optional(
      Type.Object(
        { id: Type.String(), title: Type.String() },
        { ...strict, description: "A row that was tapped." },
      ),
    ),
    location: Type.Optional(Type.Object({ latitude: Type.Number(), longitude: Type.Number() }, strict)),
    order: Type.Optional(Type.Record(Type.String(), Json)),
  },
  strict,
);

const When = Type.Union([
  Type.Object({ call: Call }, strict),
  Type.Object({ message: Message }, strict),
  Type.Object(
    {
      request: Type.Record(Type.String(), Json),
      contact: Type.Optional(
        Type.Object({ phone: Phone }, { ...strict, description: "Whom the run is about." }),
      ),
    },
    strict,
  ),
  Type.Object(
    { sent: Type.Record(Type.String(), Json) },
    {
      ...strict,
      description: "A message over the API, with this body; the run is one that its last status starts.",
    },
  ),
  Type.Object(
    {
      event: Type.Object(
        {
          module: Type.String(),
          event: Type.String(),
          payload: Type.Optional(Type.Record(Type.String(), Json)),
          contact: Type.Optional(Type.Object({ phone: Phone, name: Type.Optional(Type.String()) }, strict)),
        },
        strict,
      ),
    },
    { ...strict, description: "The ERP reports it." },
  ),
  Type.Object({ webhook: Json }, { ...strict, description: "A body sent to the flow's secret address." }),
  Type.Object(
    { schedule: Type.String({ description: "Node whose moment has come." }) },
    { ...strict, description: "It fires now." },
  ),
]);

/**
 * What happens after the beginning, one after the other, each when the run has come to rest. `{code}` in a message stands for
 * the code its writer was sent last.
 */
const Later = Type.Union([
  Type.Object({ skipHours: Type.Number({ exclusiveMinimum: 0, maximum: 24 * 90 }) }, strict),
  Type.Object(
    {
      click: Type.Object(
        { to: Phone, agent: Type.Optional(Type.String({ description: "Absent: a browser on a phone." })) },
        { ...strict, description: "Whoever got the last message opens its link." },
      ),
    },
    strict,
  ),
  Type.Object(
    { tap: Type.Literal("link") },
    { ...strict, description: "Confirms the link in the last message." },
  ),
  Type.Object(
    {
      tap: Type.Object(
        {
          by: Phone,
          choice: Type.String({
            description: "Title or id of a button or row of the last message they got.",
          }),
          words: Type.Optional(Type.String({ description: "What stands on it, where its template knows." })),
        },
        strict,
      ),
    },
    strict,
  ),
  Type.Object({ message: Message }, { ...strict, description: "The run is not to notice." }),
  Type.Object({ reply: Message }, { ...strict, description: "The run goes on with it." }),
  Type.Object(
    { answer: Type.Object({ contact: Phone, body: Type.String() }, strict) },
    { ...strict, description: "Somebody of ours writes in the conversation." },
  ),
  Type.Object(
    { close: Type.Object({ contact: Phone }, strict) },
    { ...strict, description: "Somebody of ours closes the conversation." },
  ),
  Type.Object(
    {
      signal: Type.String({ description: "To the run, by its name." }),
      payload: Type.Optional(Json),
      codeOf: Type.Optional(
        Type.Unsafe<string>({ ...Phone, description: "Whose code `{code}` in the payload stands for." }),
      ),
    },
    strict,
  ),
  Type.Object(
    { passVerifyMinutes: Type.Integer({ minimum: 1 }) },
    { ...strict, description: "So much later for the vendor's codes, which the run does not notice." },
  ),
]);

const Then = Type.Object(
  {
    run: Type.Union([
      Type.Object({ status: Type.String(), outcome: Type.Optional(Type.String()) }, strict),
      Type.Null({ description: "Nothing was started." }),
    ]),
    path: Type.Optional(Type.Array(Type.String(), { description: "Nodes, in order." })),
    vendor: Type.Optional(
      Type.Array(
        Type.Object(
          {
            provider: Provider,
            kind: Type.Enum(["message", "lookup", "verification", "email", "payment"]),
            channel: Type.Optional(Channel),
            to: Type.String(),
            status: Type.Optional(Type.String()),
            bodyContains: Type.Optional(Type.String()),
            files: Type.Optional(
              Type.Array(Type.Object({ type: Type.String() }), {
                description: "Files of this server that the vendor got for the message.",
              }),
            ),
          },
          strict,
        ),
        { description: "All messages, lookups and payments the vendors accepted, in order." },
      ),
    ),
    outputs: Type.Optional(
      Type.Record(Type.String(), Type.Record(Type.String(), Json), {
        description: "Fields of what a node gave, by node.",
      }),
    ),
    spoken: Type.Optional(Type.Array(Type.String(), { description: "Said to the caller, in this order." })),
    notSpoken: Type.Optional(Type.Array(Type.String())),
    nowhere: Type.Optional(
      Type.Array(Type.String(), {
        description: "In no row of the run, its journal, its effects or its inbox.",
      }),
    ),
    dialed: Type.Optional(Type.Array(Type.Object({ to: Type.String(), status: Type.String() }, strict))),
    calls: Type.Optional(
      Type.Array(
        Type.Object(
          {
            to: Type.String(),
            status: Type.String(),
            answeredBy: Type.Optional(Type.String()),
            spoken: Type.Optional(Type.Array(Type.String(), { description: "Said there, in this order." })),
          },
          strict,
        ),
        { description: "Calls the flow placed, in order." },
      ),
    ),
    messages: Type.Optional(
      Type.Array(
        Type.Object(
          { channel: Channel, status: Type.String(), bodyContains: Type.Optional(Type.String()) },
          strict,
        ),
        { description: "Messages on record for the run, in order." },
      ),
    ),
    credits: Type.Optional(
      Type.Partial(Type.Record(Meter, Type.Integer()), {
        description: "Change of what is left, by meter; those not named must not change.",
      }),
    ),
    requests: Type.Optional(
      Type.Array(Type.Array(Type.String()), { description: "TwiML verbs of each answer to the call." }),
    ),
    reply: Type.Optional(
      Type.Object(
        { status: Type.Integer(), body: Type.Optional(Type.Record(Type.String(), Json)) },
        { ...strict, description: "What the request was answered with; of the body, the fields named." },
      ),
    ),
    rows: Type.Optional(
      Type.Partial(
        Type.Record(Type.Enum(["interactions", "calls"]), Type.Record(Type.String(), Json), {
          description: "Fields of the run's row in a table.",
        }),
      ),
    ),
  },
  strict,
);

const Scenario = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    given: Type.Optional(Given),
    when: When,
    later: Type.Optional(Type.Array(Later, { description: "One after the other, once the run is at rest." })),
    // biome-ignore lint/suspicious/noThenProperty: given, when, then are the words of scenarios; this one is data, never a function.
    then: Then,
  },
  strict,
);

export const ScenarioFileSchema = Type.Object(
  { flow: Type.String(), scenarios: Type.Array(Scenario, { minItems: 1 }) },
  strict,
);

export type Given = Static<typeof Given>;
export type FaultOrder = Static<typeof FaultOrder>;
export type When = Static<typeof When>;
export type Later = Static<typeof Later>;
export type Then = Static<typeof Then>;
export type Scenario = Static<typeof Scenario>;
export type ScenarioFile = Static<typeof ScenarioFileSchema>;

const FLOWS = path.join(import.meta.dirname, "..", "..", "flows");

/** The scenarios of an example flow. @throws TypeError naming what does not fit the schema */
export async function readScenarios(key: string): Promise<ScenarioFile> {
  const file = path.join(FLOWS, key, "scenario.json");
  const document: unknown = JSON.parse(await readFile(file, "utf8"));
  const faults = createValidator().violations(ScenarioFileSchema, document);
  if (faults.length === 0 && isFileOf(document, key)) return document;
  const words = faults.map((fault) => `${fault.path} ${fault.message}`);
  throw new TypeError(`flows/${key}/scenario.json: ${words.join("; ") || `"flow" must be "${key}"`}`);
}

function isFileOf(document: unknown, key: string): document is ScenarioFile {
  return typeof document === "object" && document !== null && "flow" in document && document.flow === key;
}
