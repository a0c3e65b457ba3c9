/**
 * Runs one node without an engine. Everything a node may reach is plain data that a test sets before and reads after:
 *
 *   const data = contextData({ balances: { voice: 3 } });
 *   const result = await runNode(connectCall, { to: ["+573001112233"] }, { data });
 *   expect(data.effects).toHaveLength(1);
 */

import { visibleParams } from "../core/visibility.ts";
import { AppError } from "../errors.ts";
import type {
  AgentSettings,
  AgentView,
  CallableFlow,
  ChildrenView,
  ChildView,
  CodeCheck,
  CodeOrder,
  CodeRequest,
  CodeSent,
  CodesView,
  CodeVerdict,
  ConsentRecord,
  ConversationAddress,
  ConversationsView,
  EffectOutcome,
  ExpectedSocket,
  FetchAnswer,
  Fork,
  Goal,
  GroupView,
  HandoffOrder,
  HandoffState,
  Json,
  JsonObject,
  MessageDraft,
  MessageSize,
  Meter,
  NodeContext,
  NodeResult,
  NotedAnswer,
  OnceIntent,
  Passage,
  PluginDefinition,
  Retries,
  SenderView,
  Settlement,
  SocketsView,
  StoreView,
  TemplateView,
} from "../plugin-api.ts";
import { nodeToolOf, runNodeTool } from "../runtime/node-tools.ts";
import { createTemplates } from "../runtime/templates.ts";
import { createValidator } from "../validator.ts";

/** What the fakes hold. Effects and messages appear here as they happen. */
export interface ContextData {
  /** Credits by meter; null = unlimited. A meter that is not named is unlimited. */
  balances: Partial<Record<Meter, number | null>>;
  /** What `settle` captures. */
  reserved: Partial<Record<Meter, number>>;
  credentials: Record<string, JsonObject>;
  stores: StoreView[];
  groups: GroupView[];
  templates: TemplateView[];
  tenantHours: JsonObject;
  /** Store id by contact phone. */
  lastStores: Record<string, string>;
  storeLoad: Record<string, number>;
  /** Moment by `channel:phone`. */
  lastInbound: Record<string, string>;
  links: string[];
  /** The tenant's own numbers for calls, the preferred one first. */
  voiceNumbers: string[];
  /** Whom links were made for, in their order. */
  linkOptions: { recipient?: string; expiresAt?: Date }[];
  /** What the ledger says by `channel:phone:purpose`, and what was recorded meanwhile. */
  consents: Record<string, "granted" | "denied">;
  recorded: ConsentRecord[];
  whatsappRetries: Retries;
  /** What every message measures; null: it does not matter. */
  messageSize: MessageSize | null;
  cache: Map<string, { value: JsonObject; ttlMs: number }>;
  /** What `code` was asked to run, oldest first, and what it answers. */
  codeRuns: CodeRequest[];
  codeResult: Json;
  /** Codes that were sent and checked, oldest first, and what came of it by part; else it is pending, and `12345…` approved. */
  codesSent: { part: string; order: CodeOrder }[];
  codesChecked: { part: string; check: CodeCheck }[];
  codeResults: Record<string, CodeSent>;
  verdicts: Record<string, CodeVerdict>;
  /** Uses noted, by kind. */
  uses: Record<string, number>;
  /** What is on record of conversations of agents. */
  sessionLines: object[];
  /** Nodes an agent may use as tools, by type. */
  nodes: Record<string, AnyNode>;
  /** Answers of `fetch` by URL. */
  answers: Record<string, FetchAnswer>;
  /** Intents that were carried out, oldest first. */
  effects: { part: string; intent: OnceIntent }[];
  /** Messages that were sent, oldest first. */
  sent: { part: string; channel: string; message: MessageDraft }[];
  /** Outcomes of `once` and `send` by part, in place of what would have happened. */
  outcomes: Record<string, EffectOutcome>;
  senders: SenderView[];
  /** How fast the sender is; null: as fast as it is asked to. */
  messagesPerSecond: number | null;
  /** What the key-value tables hold, by `table/key`. */
  tables: Map<string, Json>;
  /** Kept lists by id, and the one contacts make. */
  lists: Record<string, { phone: string; fields: JsonObject }[]>;
  contactList: string;
  /** When a line last took a call, by its address. */
  lastAnswered: Record<string, string>;
  logs: { level: "info" | "warn" | "error"; data: object; message: string }[];
  goals: Goal[];
  /** What the step kept when it went to sleep. */
  memory: JsonObject | null;
  fork: Fork | null;
  /** Children that are over, whichever step's. */
  ended: ChildView[];
  /** The conversation the run is about. */
  conversation: ConversationAddress | null;
  /** Conversations given to people, oldest first, and how the handoff stands. */
  handoffs: HandoffOrder[];
  /** Messages of people that were shown to be being answered, by the vendor's id. */
  typing: string[];
  /** Conversations listened to. */
  listened: ConversationAddress[];
  handoff: HandoffState | null;
  /** Whether the plan includes agents, what the tenant decided for them, and what they used. */
  agents: boolean;
  agentSettings: AgentSettings;
  used: Record<"run" | "today", { answers: number; tokens: number }>;
  /** What a search finds, whatever it looks for, and what was looked for. */
  passages: Passage[];
  questions: string[];
  /** Flows that may be called, by key. */
  callable: Record<string, CallableFlow>;
  /** Answers of models by part. */
  answersNoted: Record<string, NotedAnswer>;
  /** The socket of the step: what it expects, what its session kept, and what was answered by question. */
  expectedSocket: ExpectedSocket | null;
  socketState: JsonObject | null;
  socketAnswers: Record<number, JsonObject>;
  socketClosed: boolean;
}

/** A node of any params, as the registry lists them. */
export type AnyNode = NonNullable<PluginDefinition["nodes"]>[number];

export type ContextOverrides = Partial<NodeContext> & { readonly data?: ContextData };

/** Empty data, but for what is given. */
export function contextData(given: Partial<ContextData> = {}): ContextData {
  return {
    balances: {},
    reserved: {},
    credentials: {},
    stores: [],
    groups: [],
    templates: [],
    tenantHours: {},
    lastStores: {},
    storeLoad: {},
    lastInbound: {},
    links: [],
    voiceNumbers: ["+576011112222"],
    linkOptions: [],
    consents: {},
    recorded: [],
    whatsappRetries: { rules: [] },
    messageSize: null,
    cache: new Map(),
    codeRuns: [],
    codeResult: null,
    codesSent: [],
    codesChecked: [],
    codeResults: {},
    verdicts: {},
    uses: {},
    answers: {},
    nodes: {},
    sessionLines: [],
    effects: [],
    sent: [],
    tables: new Map(),
    lists: { lst_contacts: [] },
    contactList: "lst_contacts",
    lastAnswered: {},
    outcomes: {},
    senders: [],
    messagesPerSecond: null,
    logs: [],
    goals: [],
    memory: null,
    fork: null,
    ended: [],
    conversation: null,
    handoffs: [],
    typing: [],
    listened: [],
    handoff: null,
    agents: true,
    agentSettings: {},
    used: { run: { answers: 0, tokens: 0 }, today: { answers: 0, tokens: 0 } },
    passages: [],
    questions: [],
    callable: {},
    answersNoted: {},
    expectedSocket: null,
    socketState: null,
    socketAnswers: {},
    socketClosed: false,
    ...given,
  };
}

/** A context in which every service works in memory. `now` is 2026-11-21T15:00:00Z and chance is always the same. */
export function nodeContext({ data = contextData(), ...overrides }: ContextOverrides = {}): NodeContext {
  const stepKey = overrides.stepKey ?? "run_1:node_1:1";
  const context: NodeContext = {
    runId: "run_1",
    flowKey: "flow_1",
    nodeId: "node_1",
    stepKey,
    attempt: 0,
    memo: null,
    heard: null,
    line: null,
    signal: new AbortController().signal,
    now: NOW,
    random: seededRandom(1),
    log: logInto(data),
    tenant: { id: "ten_1", name: "Hotel Sol", country: "CO", timezone: "America/Bogota", locale: "es" },
    trigger: {},
    steps: {},
    vars: {},
    contact: {},
    store: null,
    timezone: "America/Bogota",
    locale: "es",
    fetch: async (url) => {
      const answer = data.answers[url];
      if (answer === undefined)
        throw new Error(`The test has no answer for ${url}; put one into data.answers.`);
      return answer;
    },
    async code(request) {
      data.codeRuns.push(request);
      return data.codeResult;
    },
    credential: openFrom(data),
    once: onceInto(data, stepKey),
    send: sendInto(data),
    async sendMany(channel, messages) {
      const send = sendInto(data);
      const outcomes = new Map<string, EffectOutcome>();
      for (const { part, draft } of messages) outcomes.set(part, await send(part, channel, draft));
      return outcomes;
    },
    messageSize: async () => data.messageSize,
    policy: policyOf(data, overrides.now ?? NOW),
    messagesPerSecond: async () => data.messagesPerSecond,
    render: (template, names) => String(createTemplates().render(template, { ...NO_SCOPE, ...names })),
    credits: creditsOf(data),
    codes: codesOf(data),
    uses: {
      async note(kind, amount) {
        data.uses[kind] = (data.uses[kind] ?? 0) + amount;
      },
    },
    directory: directoryOf(data),
    lists: listsOf(data),
    lines: { lastAnswered: async () => data.lastAnswered },
    cache: cacheOf(data),
    tables: tablesOf(data),
    urls: {
      stepKey: `step:${stepKey}`,
      step: (path) => `https://flow.test/hooks/${path}/${encodeURIComponent(stepKey)}`,
    },
    children: childrenOf(data),
    conversations: conversationsOf(data),
    agent: agentOf(data, () => context),
    sockets: socketsOf(data, stepKey),
    goal: async (goal) => void data.goals.push(goal),
    ...overrides,
  };
  return context;
}

const NOW = new Date("2026-11-21T15:00:00Z");

const NO_SCOPE = {
  trigger: {},
  steps: {},
  vars: {},
  contact: {},
  tenant: {},
  store: null,
  run: {},
  now: "2026-11-21T15:00:00.000Z",
};

/** Runs a node as the engine would: defaults filled in, parameters checked. @throws when they do not fit the schema */
export async function runNode(
  node: AnyNode,
  params: JsonObject = {},
  overrides: ContextOverrides = {},
): Promise<NodeResult> {
  const filled = validator.withDefaults(node.params, params);
  const visible = visibleParams(node.params, filled);
  const faults = validator.violations(visible.schema, visible.params);
  if (faults.length > 0) {
    throw new Error(`Parameters of ${node.type} do not fit its schema: ${JSON.stringify(faults)}`);
  }
  // The registry's type knows no schemas; a result is JSON whatever its schema says.
  return (await node.run(nodeContext(overrides), filled)) as NodeResult;
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const validator = createValidator();

function logInto({ logs }: ContextData): NodeContext["log"] {
  return {
    info: (data, message) => void logs.push({ level: "info", data, message }),
    warn: (data, message) => void logs.push({ level: "warn", data, message }),
    error: (data, message) => void logs.push({ level: "error", data, message }),
  };
}

function openFrom({ credentials }: ContextData): NodeContext["credential"] {
  // The type argument is the caller's word for what it stored; the engine's own signature asks the same trust.
  return async <T>(type: string) => {
    const fields = credentials[type];
    if (fields === undefined)
      throw new Error(`The test has no credential ${type}; put one into data.credentials.`);
    return fields as T;
  };
}

function onceInto(data: ContextData, stepKey: string): NodeContext["once"] {
  return async (part, intent, act) => {
    const given = data.outcomes[part];
    if (given !== undefined) return given;
    const { charge } = intent;
    if (charge !== undefined && !reserve(data, charge.meter, charge.amount)) {
      return { state: "insufficient_credits", meter: charge.meter };
    }
    data.effects.push({ part, intent });
    const effectId = `eff_${stepKey}_${part}`;
    const statusUrl = `https://flow.test/hooks/status/${encodeURIComponent(effectId)}?s=signed`;
    const outcome = await act({ effectId, statusUrl, attempt: 0, signal: new AbortController().signal });
    return outcome.state === "accepted" || outcome.state === "refused" ? { effectId, ...outcome } : outcome;
  };
}

function sendInto(data: ContextData): NodeContext["send"] {
  return async (part, channel, message) => {
    data.sent.push({ part, channel, message });
    return data.outcomes[part] ?? { state: "accepted", ref: `ref_${data.sent.length}`, status: "queued" };
  };
}

function reserve(data: ContextData, meter: Meter, amount: number): boolean {
  const balance = data.balances[meter] ?? null;
  if (balance === null) return true;
  if (balance < amount) return false;
  data.balances[meter] = balance - amount;
  data.reserved[meter] = (data.reserved[meter] ?? 0) + amount;
  return true;
}

function creditsOf(data: ContextData): NodeContext["credits"] {
  const settlement = (charged: Settlement["charged"]): Settlement => ({
    charged,
    remaining: Object.fromEntries(Object.keys(charged).map((meter) => [meter, balanceOf(data, meter)])),
  });
  return {
    balance: async (meter) => ({ remaining: data.balances[meter] ?? null, resetsAt: null }),
    async settle() {
      const charged = data.reserved;
      data.reserved = {};
      return settlement(charged);
    },
    async charge(meter, amount) {
      const ok = reserve(data, meter, amount);
      return { ok, ...settlement({ [meter]: ok ? amount : 0 }) };
    },
  };
}

function codesOf(data: ContextData): CodesView {
  return {
    async send(part, order) {
      data.codesSent.push({ part, order });
      return data.codeResults[part] ?? { state: "pending", ref: `VE_${data.codesSent.length}` };
    },
    async check(part, check) {
      data.codesChecked.push({ part, check });
      return data.verdicts[part] ?? (check.code.startsWith("12345") ? "approved" : "wrong");
    },
  };
}

function balanceOf(data: ContextData, meter: string): number | null {
  return Object.entries(data.balances).find(([name]) => name === meter)?.[1] ?? null;
}

function directoryOf(data: ContextData): NodeContext["directory"] {
  return {
    store: async (id) => data.stores.find((store) => store.id === id) ?? null,
    storesOfGroup: async (id) => data.stores.filter((store) => store.groupId === id),
    storesOfTenant: async () => data.stores,
    group: async (id) => data.groups.find((group) => group.id === id) ?? null,
    tenantHours: async () => data.tenantHours,
    template: async (key, { locale }) => {
      const named = data.templates.filter((template) => template.key === key);
      return named.find((template) => template.locale === locale) ?? named[0] ?? null;
    },
    lastStoreOf: async (phone) => data.lastStores[phone] ?? null,
    storeLoad: async (ids) => Object.fromEntries(ids.map((id) => [id, data.storeLoad[id] ?? 0])),
    async trackedLink(url, options = {}) {
      if (!data.links.includes(url)) data.links.push(url);
      data.linkOptions.push(options);
      return `https://flow.test/t/${data.links.indexOf(url) + 1}`;
    },
    async sender(_channel, { provider, fromNumberId }) {
      const sender = data.senders.find(
        (one) => one.provider === provider && (fromNumberId ?? one.numberId) === one.numberId,
      );
      if (!sender) throw new AppError("SENDER_MISSING", `The test has no number with ${provider}.`);
      return sender;
    },
    async callerNumber(provider, e164 = data.voiceNumbers[0]) {
      if (e164 === undefined || !data.voiceNumbers.includes(e164)) return null;
      return { numberId: `num_${data.voiceNumbers.indexOf(e164)}`, e164, provider, providerId: null };
    },
  };
}

const WINDOW_MS = 24 * 3_600_000;

function policyOf(data: ContextData, now: Date): NodeContext["policy"] {
  return {
    whatsappRetries: data.whatsappRetries,
    consentOf: async (phone, channel, purpose) =>
      data.consents[`${channel}:${phone}:${purpose}`] ?? "unknown",
    async recordConsent(consent) {
      data.recorded.push(consent);
      for (const purpose of consent.purposes)
        data.consents[`${consent.channel}:${consent.phone}:${purpose}`] = consent.state;
    },
    async windowOf(phone, channel) {
      const lastInboundAt = data.lastInbound[`${channel}:${phone}`] ?? null;
      const end = lastInboundAt === null ? null : new Date(Date.parse(lastInboundAt) + WINDOW_MS);
      return { lastInboundAt, openUntil: end !== null && end > now ? end.toISOString() : null };
    },
  };
}

/** Sets, whatever the mode; how values are merged and counted is the engine's business. */
function listsOf({ lists, contactList }: ContextData): NodeContext["lists"] {
  const find = (id: string) => {
    const people = lists[id];
    return people ? { id, recipients: people.length, duplicates: 0, invalid: 0, invalidFirst: [] } : null;
  };
  return {
    find: async (id) => find(id),
    page: async (id, from, count) => lists[id]?.slice(from, from + count) ?? [],
    async ofContacts() {
      const list = find(contactList);
      if (!list) throw new Error(`The test has no list ${contactList}; put it into data.lists.`);
      return list;
    },
  };
}

function tablesOf({ tables }: ContextData): NodeContext["tables"] {
  return {
    async get(table, key) {
      const value = tables.get(`${table}/${key}`);
      return value === undefined ? null : { value, version: 1, expiresAt: null };
    },
    async put(table, key, { value }) {
      const created = !tables.has(`${table}/${key}`);
      tables.set(`${table}/${key}`, value);
      return { value, version: 1, created, written: true };
    },
  };
}

function cacheOf({ cache }: ContextData): NodeContext["cache"] {
  return {
    get: async (kind, key) => cache.get(`${kind}/${key}`)?.value ?? null,
    async put(kind, key, value, ttlMs) {
      cache.set(`${kind}/${key}`, { value, ttlMs });
    },
  };
}

function childrenOf({ memory, fork, ended }: ContextData): ChildrenView {
  return {
    memory,
    fork,
    looped: 0,
    ended: async (_step, branches) =>
      ended.filter((child) => branches === undefined || branches.includes(child.branch)),
  };
}

function agentOf(data: ContextData, self: () => NodeContext): AgentView {
  return {
    included: data.agents,
    settings: data.agentSettings,
    fetch: globalThis.fetch,
    async search(question, { limit }) {
      data.questions.push(question);
      return data.passages.slice(0, limit);
    },
    callable: async (flow) => data.callable[flow] ?? null,
    nodeTool: (type) => nodeToolOf(data.nodes[type]),
    runNode: async (order) => {
      const definition = data.nodes[order.type];
      if (!definition) throw new Error(`The test has no node ${order.type}; put one into data.nodes.`);
      return runNodeTool({ definition, validator, templates: createTemplates() }, self(), order);
    },
    record: (line) => void data.sessionLines.push(line),
    used: async (by) => data.used[by],
    async note(part, answer) {
      data.answersNoted[part] = answer;
    },
  };
}

function socketsOf(data: ContextData, stepKey: string): SocketsView {
  return {
    async expect(socket) {
      data.expectedSocket = socket;
      return {
        url: `wss://flow.test/${socket.path}/${encodeURIComponent(stepKey)}`,
        token: "token-of-the-step",
      };
    },
    async session() {
      const { expectedSocket, socketState: state } = data;
      return expectedSocket && { plan: expectedSocket.plan, state, wasOpened: state !== null };
    },
    listener: () => null,
    async answer(question, answer) {
      data.socketAnswers[question] = answer;
    },
    async close() {
      data.socketClosed = true;
    },
  };
}

function conversationsOf(data: ContextData): ConversationsView {
  return {
    ask: `ask_${"0".repeat(32)}`,
    current: async () => data.conversation,
    showTyping: async (_, ref) => void data.typing.push(ref),
    listen: async (address) => void data.listened.push(address),
    handOff: async (order) => void data.handoffs.push(order),
    handoff: async () => data.handoff,
    async takeBack() {
      if (data.handoff === null || data.handoff.outcome !== null) return false;
      data.handoff = { ...data.handoff, outcome: "timeout" };
      return true;
    },
  };
}
