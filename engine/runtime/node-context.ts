import { createHash } from "node:crypto";
import { asLocale } from "../core/locale.ts";
import { AppError } from "../errors.ts";
import { isTwin } from "../ids.ts";
import type {
  CreditsView,
  DirectoryView,
  NodeContext,
  Settlement,
  StoreView,
  TablesView,
} from "../plugin-api.ts";
import { lastAnswered } from "../store/call-legs.ts";
import { readAccount } from "../store/credits.ts";
import { readItem, writeItem } from "../store/data-items.ts";
import { lastStoreOf, storeLoad } from "../store/directory.ts";
import { recordGoal } from "../store/goals.ts";
import { noteUse } from "../store/uses.ts";
import { agentView } from "./agent-view.ts";
import { callbackUrls } from "./callbacks.ts";
import { callerNumber } from "./caller-number.ts";
import { childrenView } from "./children.ts";
import { chooseSender } from "./choose-sender.ts";
import { codesView } from "./codes.ts";
import { conversationsView } from "./conversations-view.ts";
import { storeInWords, storeView, type TenantDirectory, tenantView } from "./directory.ts";
import { performOnce, type Step } from "./effects.ts";
import { listsView } from "./lists-view.ts";
import { findable } from "./lost-calls.ts";
import { policyView } from "./policy-view.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";
import { messageSize, messagesPerSecond, sendMany, sendMessage } from "./send.ts";
import { callRefusal } from "./send-policy.ts";
import { socketsView } from "./sockets-view.ts";
import { chooseTemplate } from "./template-view.ts";
import { cacheOf } from "./tenant-cache.ts";
import { trackedLink } from "./tracked-links.ts";
import { askUnmetered } from "./unmetered.ts";

export interface StepArguments {
  readonly nodeId: string;
  readonly stepKey: string;
  readonly attempt: number;
  readonly signal: AbortSignal;
}

const READS_ONLY = { readsOnly: true } as const;

/** What one running node may see and do. */
export function nodeContext(
  runtime: Runtime,
  segment: Segment,
  step: StepArguments,
  directory: TenantDirectory,
): NodeContext {
  const { state, graph, run } = segment;
  const now = new Date(state.segmentAt);
  const random = seededRandom(step.stepKey);
  const { settings } = graph.flow;
  const locale = asLocale(settings.locale ?? directory.tenant.locale);
  const context: NodeContext = {
    runId: run.id,
    flowKey: run.flowKey,
    nodeId: step.nodeId,
    stepKey: step.stepKey,
    attempt: step.attempt,
    memo: state.repeat?.memo ?? null,
    heard: state.heard ?? null,
    line: state.line ?? null,
    get signal() {
      return step.signal;
    },
    now,
    random,
    get log() {
      return runtime.log.child({ runId: run.id, nodeId: step.nodeId, stepKey: step.stepKey });
    },
    tenant: tenantView(directory.tenant),
    trigger: state.trigger,
    steps: state.steps,
    vars: state.vars,
    contact: state.contact,
    get store() {
      return storeOf(segment, now, locale);
    },
    timezone: settings.timezone ?? directory.tenant.timezone,
    locale,
    code: (request) =>
      runtime.sandbox.run({
        ...request,
        tenantId: run.tenantId,
        now,
        seed: Math.floor(random() * 2 ** 32),
      }),
    fetch: (url, init) =>
      runtime.fetch(url, {
        signal: step.signal,
        ...init,
        ...(isTwin(segment.run.tenantId) ? READS_ONLY : {}),
      }),
    credential: async <T>(type: string, ref?: string) =>
      (await runtime.secrets.open(run.tenantId, type, ref)) as T,
    once: async (part, intent, act) =>
      // Whom nobody may call is not called by any node.
      (intent.channel === "voice" ? callRefusal(directory, intent.to, locale) : null) ??
      (await askUnmetered(runtime, segment, step, part, intent, act)) ??
      performOnce(runtime, segment, step, part, findable(runtime, run.tenantId, intent), act),
    send: (part, channel, draft) => sendMessage(runtime, segment, step, { part, channel, draft, now }),
    sendMany: (channel, messages) => sendMany(runtime, segment, step, { channel, messages, now, random }),
    messageSize: (channel, draft) => messageSize(runtime, segment, { channel, draft }),
    messagesPerSecond: (channel, draft) => messagesPerSecond(runtime, segment, step, { channel, draft }),
    render: (template, names) => {
      const scope = Object.assign(templateScope(runtime, segment, directory), names);
      return String(runtime.templates.render(template, scope) ?? "");
    },
    credits: creditsView(runtime, segment, step),
    codes: codesView(runtime, segment, step),
    uses: {
      note: (kind, amount) => {
        const use = { stepKey: step.stepKey, runId: run.id, kind, amount, recipient: null };
        return noteUse(runtime.db, run.tenantId, use);
      },
    },
    lines: {
      lastAnswered: (addresses) =>
        runtime.db.asTenant(run.tenantId, (scope) => lastAnswered(scope, addresses)),
    },
    lists: listsView(runtime, segment, step.stepKey, directory),
    policy: policyView(runtime, segment, step, directory, now),
    directory: directoryView(runtime, segment, step, directory, now, locale),
    cache: cacheOf(runtime.db, run.tenantId),
    tables: tablesView(runtime, segment, step),
    urls: {
      stepKey: `step:${step.stepKey}`,
      step: (path) => `${runtime.settings.publicUrl}/hooks/${path}/${encodeURIComponent(step.stepKey)}`,
    },
    children: childrenView(runtime, segment, step),
    conversations: conversationsView(runtime, segment, step),
    agent: agentView(runtime, segment, step, directory, () => context),
    sockets: socketsView(runtime, segment, step),
    goal: (goal) => {
      const at = state.segmentAt;
      const row = { ...goal, stepKey: step.stepKey, runId: run.id, flowKey: run.flowKey, at };
      return runtime.db.asTenant(run.tenantId, (scope) => recordGoal(scope, row));
    },
  };
  return context;
}

function tablesView({ db }: Runtime, { run, clock }: Segment, step: Step): TablesView {
  const { tenantId } = run;
  return {
    async get(table, key) {
      const row = await db.asTenant(tenantId, (scope) => readItem(scope, table, key));
      if (!row) return null;
      const { value, version, expires_at } = row;
      // The database keeps it by its own clock.
      const expiresAt = expires_at && new Date(expires_at.getTime() + clock.offsetMs).toISOString();
      return { value, version, expiresAt };
    },
    put: (table, key, write) =>
      db.asTenant(tenantId, (scope) =>
        writeItem(scope, { table, key, ...write, writer: `${step.stepKey} ${table}/${key}` }),
      ),
  };
}

function creditsView(runtime: Runtime, segment: Segment, step: Step): CreditsView {
  const none: Settlement = { charged: {}, remaining: {} };
  return {
    async balance(meter) {
      const account = await readAccount(runtime.db, segment.run.tenantId, meter);
      if (!account) return { remaining: 0, resetsAt: null };
      return {
        remaining: account.balance === null ? null : account.balance - account.held,
        resetsAt: account.resetsAt && new Date(account.resetsAt).toISOString(),
      };
    },
    async settle() {
      const result = await segment.commit("running", { settle: step.stepKey });
      return result.settlement ?? none;
    },
    async charge(meter, amount) {
      if (!Number.isInteger(amount) || amount <= 0) {
        throw new AppError(
          "PARAMS_INVALID",
          `The amount to charge is ${amount}; expected a whole number above 0.`,
          { amount },
        );
      }
      const result = await segment.commit("running", { charge: { stepKey: step.stepKey, meter, amount } });
      return { ok: result.charged === true, ...(result.settlement ?? none) };
    },
  };
}

function directoryView(
  runtime: Runtime,
  segment: Segment,
  step: Step,
  directory: TenantDirectory,
  now: Date,
  locale: string,
): DirectoryView {
  const { db } = runtime;
  const { tenantId } = segment.run;
  const views = (groupId?: string) =>
    directory.stores
      .filter((store) => groupId === undefined || store.group_id === groupId)
      .map((store) => storeInWords(storeView(store), now, locale));
  return {
    store: async (storeId) => views().find((store) => store.id === storeId) ?? null,
    storesOfGroup: async (groupId) => views(groupId),
    storesOfTenant: async () => views(),
    group: async (groupId) => directory.groups.find((group) => group.id === groupId) ?? null,
    tenantHours: async () => directory.tenant.hours,
    async template(key, choice) {
      const store = directory.stores.find((entry) => entry.id === choice.storeId);
      return chooseTemplate(directory.templates, key, {
        locale: choice.locale,
        storeId: store?.id ?? null,
        groupId: store?.group_id ?? null,
      });
    },
    // Of whom the run is about it is known since the run began, and stays the same for it [A8].
    lastStoreOf: async (phone) => {
      const { phone: own, lastStoreId } = segment.state.contact;
      if (phone === own && lastStoreId !== undefined) return lastStoreId as string | null;
      return lastStoreOf(db, tenantId, phone);
    },
    sender: async (channel, { provider, fromNumberId }) => {
      const storeId = segment.state.store?.id;
      return chooseSender(directory, segment, channel, {
        vendor: { provider },
        ...(fromNumberId === undefined ? {} : { fromNumberId }),
        ...(typeof storeId === "string" ? { storeId } : {}),
      }).view;
    },
    storeLoad: (storeIds) => db.asTenant(tenantId, (scope) => storeLoad(scope, storeIds)),
    callerNumber: async (provider, e164) => callerNumber(directory, segment, provider, e164),
    trackedLink: (url, options) => trackedLink(runtime, segment, step, { url, now, ...options }),
  };
}

/** What templates see of a run. */
export function templateScope(
  runtime: Pick<Runtime, "keys" | "settings">,
  segment: Segment,
  directory: TenantDirectory,
): Parameters<Runtime["templates"]["render"]>[1] {
  const { state, run, graph } = segment;
  const locale = asLocale(graph.flow.settings.locale ?? directory.tenant.locale);
  return {
    // An own getter, as below: few flows wait for callbacks.
    get callbacks() {
      return callbackUrls(runtime, segment);
    },
    trigger: state.trigger,
    steps: state.steps,
    vars: state.vars,
    contact: state.contact,
    tenant: tenantView(directory.tenant),
    // An own getter: most templates never look at the store, and its hours in words cost something.
    get store() {
      return storeOf(segment, new Date(state.segmentAt), locale);
    },
    run: { id: run.id, flow: run.flowKey, startedAt: state.startedAt },
    now: state.segmentAt,
  };
}

function storeOf(segment: Segment, at: Date, locale: string): StoreView | null {
  const { store } = segment.state;
  return store === null ? null : storeInWords(store as unknown as StoreView, at, locale);
}

/** [A8] The same step draws the same numbers (mulberry32). */
export function seededRandom(seed: string): () => number {
  let state: number | null = null;
  return () => {
    state ??= createHash("sha256").update(seed).digest().readUInt32LE(0);
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
