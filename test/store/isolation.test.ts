import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import createKnex, { type Knex } from "knex";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ModuleTemplate } from "../../engine/core/erp-module.ts";
import type { Flow } from "../../engine/core/flow.ts";
import { copyNotices } from "../../engine/store/adopted-modules.ts";
import { answersOfRun, answersToday, noteAnswer } from "../../engine/store/agent-answers.ts";
import {
  insertApiKey,
  listApiKeys,
  readApiKey,
  revokeApiKey,
  rotateApiKey,
} from "../../engine/store/api-keys.ts";
import { insertAudit, listAudit } from "../../engine/store/audit.ts";
import { addressOfLeg, keepAnsweredLeg, lastAnswered } from "../../engine/store/call-legs.ts";
import { openCodeRef } from "../../engine/store/code-sends.ts";
import { exportConsents, listConsents } from "../../engine/store/consents.ts";
import {
  forgetContact,
  insertContact,
  listContacts,
  readContact,
  updateContact,
} from "../../engine/store/contacts.ts";
import {
  changeConversation,
  closeConversation,
  countUnread,
  findUser,
  listConversations,
  markRead,
  readConversation,
  recordsOfConversation,
} from "../../engine/store/conversations.ts";
import { insertCredential, listCredentials, readCredential } from "../../engine/store/credentials.ts";
import {
  chargesOfRun,
  creditsOfRun,
  creditsOfRuns,
  listAccounts,
  monthlyCredits,
} from "../../engine/store/credits.ts";
import { activityOfNumbers } from "../../engine/store/dashboard.ts";
import { deleteItem, listItems, readItem, writeItem } from "../../engine/store/data-items.ts";
import {
  type Database,
  type EngineFunction,
  openDatabase,
  type TenantScope,
} from "../../engine/store/database.ts";
import { listGroups, listNumbers, listStores, readTenant, storeLoad } from "../../engine/store/directory.ts";
import { listEffectsIn, readEffect } from "../../engine/store/effect-list.ts";
import { secondsSince } from "../../engine/store/effects.ts";
import { flowActivity } from "../../engine/store/flow-activity.ts";
import {
  deleteDraft,
  flowsBeginningWith,
  insertFlow,
  listFlows,
  listVersions,
  publishVersion,
  readFlow,
  readVersion,
  revisionsOf,
  updateDraft,
} from "../../engine/store/flows.ts";
import { listGoals, recordGoal } from "../../engine/store/goals.ts";
import {
  closeHandoffs,
  endHandoff,
  readHandoff,
  startHandoff,
  waitingHandoff,
} from "../../engine/store/handoffs.ts";
import { costsOfRuns, goalsOfRuns, listInteractions } from "../../engine/store/interactions.ts";
import { claimAnswer, dropAnswer, keepAnswer } from "../../engine/store/kept-answers.ts";
import {
  deleteDocument,
  listDocuments,
  readDocument,
  searchPassages,
  writeDocument,
} from "../../engine/store/knowledge.ts";
import { clicksByUrl, listClicks, listLinks, readLink } from "../../engine/store/links.ts";
import { deferMedia, insertPendingMedia, readMedia, readPart, storeMedia } from "../../engine/store/media.ts";
import { lastConversationOf, messagesSince } from "../../engine/store/message-trail.ts";
import {
  listMessages,
  messagesOfConversation,
  messagesSentBy,
  readMessage,
} from "../../engine/store/messages.ts";
import { listNumberEvents } from "../../engine/store/number-events.ts";
import { readUsage, underWayOf } from "../../engine/store/number-usage.ts";
import {
  insertNumber,
  keepVendorAccount,
  listNumberRecords,
  readNumber,
  readVendorAccount,
  updateNumber,
} from "../../engine/store/numbers.ts";
import { listPrices, setOwnPrice } from "../../engine/store/prices.ts";
import {
  addToList,
  closeList,
  deleteList,
  fillFromContacts,
  listLists,
  openList,
  pageOfList,
  readList,
} from "../../engine/store/recipient-lists.ts";
import { returnsBy } from "../../engine/store/returns.ts";
import {
  changedRuns,
  childrenOf,
  listEffects,
  listRuns,
  listWaits,
  messagesOfRun,
  type RunSpan,
  readJournal,
  readRun,
} from "../../engine/store/run-history.ts";
import type { CommitItem } from "../../engine/store/runs.ts";
import { listSchedules, pauseSchedule, replaceSchedules } from "../../engine/store/schedules.ts";
import { readSettings, writeSettings } from "../../engine/store/settings.ts";
import {
  closeSocket,
  expectSocket,
  keepSocketAnswer,
  openSocket,
  readSocket,
  saveSocket,
  socketAnswer,
} from "../../engine/store/socket-sessions.ts";
import { listStoreDeliveries } from "../../engine/store/store-deliveries.ts";
import {
  deleteGroup,
  deleteStore,
  insertGroup,
  insertStore,
  listManagedGroups,
  listManagedStores,
  readGroup,
  readStore,
  storeWithLandline,
  updateGroup,
  updateStore,
} from "../../engine/store/stores.ts";
import { readSubscription } from "../../engine/store/subscriptions.ts";
import {
  beginSubmission,
  deleteSubmission,
  deleteTemplate,
  endSubmission,
  insertTemplate,
  listTemplates,
  pageOfTemplates,
  readTemplate,
  updateTemplate,
  writeSubmission,
} from "../../engine/store/templates.ts";
import {
  deleteTokenIssuer,
  findTokenIssuer,
  insertTokenIssuer,
  listTokenIssuers,
} from "../../engine/store/token-issuers.ts";
import { passedBy, standingNow } from "../../engine/store/traffic.ts";
import {
  approveAll,
  bindNumber,
  creditsOfStep,
  insertCopies,
  insertPlayNumber,
  openRuns,
  publishedFlows,
  stepOfEffect,
} from "../../engine/store/twins.ts";
import { listUsage, sumUsage } from "../../engine/store/usage.ts";
import { commitItem, leftEvent, messageIntent, newRunItem, OWNER, STATE } from "../support/commit-item.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { idsOf, openAdmin, phoneOf, rowsOf, seedTenant, type TenantIds } from "../support/seed-tenant.ts";

type Ids = TenantIds & { readonly phone: string };
type Call = (scope: TenantScope, of: Ids) => Promise<unknown>;

const A: Ids = { ...idsOf("a"), phone: phoneOf("a") };
const B: Ids = { ...idsOf("b"), phone: phoneOf("b") };

// A flow and a person that no call here names, so that A cannot have one of that name by now.
const B_ALONE = "flow_of_b_alone";
const PHONE_ALONE = "+573000000777";
const OPTED_OUT =
  "insert into contacts (id, tenant_id, phone, opt_outs) values ('con_b_alone', $1, $2, array['sms'])";
const PUBLISHED = `with f as (
    insert into flows (id, tenant_id, key, name, draft, hook_key, published)
    values ('flw_b_alone', $1, $2, 'secret_b', '{}', 'hash_b_alone', 1) returning *)
  insert into flow_versions (id, tenant_id, flow_id, flow_key, number, document, hash, note)
    select 'ver_b_alone', tenant_id, id, key, 1, '{}', 'h', 'secret_b' from f`;

const PAGE = { after: null, limit: 50 };
const ALWAYS = { from: null, to: null };
const COUNTING = { home: "CO", currency: "COP" };
const NO_WEBHOOK = { webhook_url: null, webhook_secret: null };
const SHOP = {
  name: "mine",
  address: null,
  city: null,
  region: null,
  country: "CO",
  postal_code: null,
  lat: null,
  lon: null,
  timezone: "UTC",
  landline: null,
  mobile: null,
  website: null,
  hours: {},
  ...NO_WEBHOOK,
};

/** Every function of the store that takes a tenant's scope, called with somebody's ids. */
const READS: Record<string, Call> = {
  readCredential: (scope, of) => readCredential(scope, "twilio.account", of.credential),
  listCredentials: (scope) => listCredentials(scope, "twilio.account"),
  listAccounts: (scope) => listAccounts(scope),
  monthlyCredits: (scope) => monthlyCredits(scope),
  flowActivity: (scope) => flowActivity(scope),
  readSubscription: (scope) => readSubscription(scope),
  chargesOfRun: (scope, of) => chargesOfRun(scope, of.run),
  creditsOfRun: (scope, of) => creditsOfRun(scope, of.run),
  creditsOfRuns: async (scope, of) => [...(await creditsOfRuns(scope, [of.run]))],
  passedBy: (scope, of) =>
    passedBy(scope, { flow: of.flowKey, from: new Date(0), to: new Date("2100-01-01T00:00:00Z") }),
  standingNow: (scope, of) => standingNow(scope, of.flowKey),
  readTenant: (scope) => readTenant(scope),
  listStores: (scope) => listStores(scope),
  listGroups: (scope) => listGroups(scope),
  listNumbers: (scope) => listNumbers(scope),
  listTemplates: (scope) => listTemplates(scope),
  addressOfLeg: (scope, of) => addressOfLeg(scope, "twilio", of.ref),
  lastAnswered: (scope, of) => lastAnswered(scope, [of.phone]),
  storeLoad: (scope, of) => storeLoad(scope, [of.store]),
  listFlows: (scope) => listFlows(scope, { after: null, limit: 50 }),
  readFlow: (scope, of) => readFlow(scope, of.flowKey),
  flowsBeginningWith: (scope) => flowsBeginningWith(scope, "api.run"),
  listVersions: (scope, of) => listVersions(scope, of.flowKey),
  readVersion: (scope, of) => readVersion(scope, of.flowKey, 1),
  childrenOf: (scope, of) => childrenOf(scope, of.stepKey),
  listRuns: (scope, of) => listRuns(scope, { contact: of.phone, after: null, limit: 50 }),
  readRun: (scope, of) => readRun(scope, of.run),
  readJournal: (scope, of) => readJournal(scope, spanOf(of)),
  listEffects: (scope, of) => listEffects(scope, of.run),
  listEffectsIn: (scope, of) =>
    listEffectsIn(scope, { state: "sending", run: of.run, after: null, limit: 50 }),
  readEffect: (scope, of) => readEffect(scope, of.effect),
  stepOfEffect: (scope, of) => stepOfEffect(scope, of.effect),
  // Nothing used is a count of nothing.
  readSocket: (scope, of) => readSocket(scope, of.stepKey),
  socketAnswer: (scope, of) => socketAnswer(scope, of.stepKey, 1),
  answersOfRun: async (scope, of) => someUse(await answersOfRun(scope, of.run)),
  answersToday: async (scope) => someUse(await answersToday(scope, "UTC")),
  readDocument: (scope, of) => readDocument(scope, of.document),
  listDocuments: (scope) => listDocuments(scope, { collection: null, before: null, limit: 50 }),
  searchPassages: (scope) => searchPassages(scope, "secret", { limit: 50 }),
  secondsSince: (scope, of) => secondsSince(scope, of.effect),
  listApiKeys: (scope) => listApiKeys(scope, { after: null, limit: 50 }),
  readApiKey: (scope, of) => readApiKey(scope, of.apiKey),
  listTokenIssuers: (scope) => listTokenIssuers(scope),
  findTokenIssuer: (scope, of) => findTokenIssuer(scope, of.hash),
  listAudit: (scope, of) => listAudit(scope, { target: of.effect, after: null, limit: 50 }),
  listWaits: (scope, of) => listWaits(scope, of.run),
  listSchedules: (scope, of) => listSchedules(scope, of.flowKey),
  readItem: (scope, of) => readItem(scope, "things", of.waitKey),
  listItems: (scope) => listItems(scope, "things", { prefix: "", after: null, limit: 50 }),
  listContacts: (scope, of) => listContacts(scope, { phone: of.phone, after: null, limit: 50 }),
  readContact: (scope, of) => readContact(scope, of.contact),
  listConsents: (scope, of) => listConsents(scope, { contactId: of.contact, after: null, limit: 50 }),
  exportConsents: (scope) => exportConsents(scope, { after: null, limit: 50 }),
  readSettings: (scope) => readSettings(scope),
  listLinks: (scope, of) => listLinks(scope, { run: of.run, after: null, limit: 50 }),
  readLink: (scope, of) => readLink(scope, of.link),
  listClicks: (scope, of) => listClicks(scope, of.link, { after: null, limit: 50 }),
  clicksByUrl: (scope, of) => clicksByUrl(scope, { flow: of.flowKey }),
  messagesOfRun: (scope, of) => messagesOfRun(scope, spanOf(of)),
  listNumberRecords: (scope) => listNumberRecords(scope, { after: null, limit: 50 }),
  readNumber: (scope, of) => readNumber(scope, of.number),
  readVendorAccount: (scope, of) => readVendorAccount(scope, "meta", of.account),
  listNumberEvents: (scope, of) =>
    listNumberEvents(scope, { number: { id: of.number, account: of.account }, after: null, limit: 50 }),
  readUsage: (scope, of) => readUsage(scope, of.number, "2026-11-01"),
  underWayOf: (scope, of) => underWayOf(scope, [of.number], new Date("2026-01-01")),
  pageOfTemplates: (scope) => pageOfTemplates(scope, { after: null, limit: 50 }),
  readTemplate: (scope, of) => readTemplate(scope, of.template),
  readMedia: (scope, of) => readMedia(scope, of.media),
  readPart: (scope, of) => readPart(scope, of.hash, 0),
  openCodeRef: (scope, of) => openCodeRef(scope, of.phone),
  listManagedStores: (scope, of) => listManagedStores(scope, { group: of.group, ...PAGE }),
  readStore: (scope, of) => readStore(scope, of.store),
  storeWithLandline: (scope, of) => storeWithLandline(scope, of.phone, null),
  listManagedGroups: (scope) => listManagedGroups(scope, PAGE),
  readGroup: (scope, of) => readGroup(scope, of.group),
  listStoreDeliveries: (scope, of) => listStoreDeliveries(scope, of.store, PAGE),
  listGoals: (scope, of) => listGoals(scope, { run: of.run, ...ALWAYS, ...PAGE }),
  listInteractions: (scope, of) => listInteractions(scope, { contact: of.phone, ...ALWAYS, ...PAGE }),
  costsOfRuns: (scope, of) => costsOfRuns(scope, COUNTING, [of.run]),
  goalsOfRuns: (scope, of) => goalsOfRuns(scope, COUNTING, [of.run]),
  returnsBy: (scope) => returnsBy(scope, COUNTING, { by: "flow", ...ALWAYS, limit: 50 }),
  listPrices: (scope) => listPrices(scope, { at: null, ...PAGE }),
  listUsage: (scope) => listUsage(scope, COUNTING, { ...ALWAYS, ...PAGE }),
  sumUsage: (scope) => sumUsage(scope, COUNTING, { by: "meter", ...ALWAYS }),
  listMessages: (scope, of) => listMessages(scope, { to: of.phone, after: null, limit: 50 }),
  readMessage: (scope, of) => readMessage(scope, of.message),
  messagesSentBy: (scope, of) => messagesSentBy(scope, of.run, new Date()),
  messagesOfConversation: (scope, of) =>
    messagesOfConversation(
      scope,
      { channel: "sms", number_e164: of.phone, contact: of.phone, created_at: new Date(0) },
      { after: null, limit: 50 },
    ),
  lastConversationOf: (scope, of) => lastConversationOf(scope, of.phone),
  messagesSince: (scope, of) => messagesSince(scope, of.conversation, new Date(0), 50),
  listConversations: (scope, of) => listConversations(scope, { contact: of.phone, after: null, limit: 50 }),
  readConversation: (scope, of) => readConversation(scope, of.conversation),
  recordsOfConversation: (scope, of) => recordsOfConversation(scope, of.conversation),
  readList: (scope, of) => readList(scope, of.list),
  listLists: (scope) => listLists(scope, { after: null, limit: 50 }),
  pageOfList: (scope, of) => pageOfList(scope, of.list, { from: 0, count: 10 }),
  countUnread: (scope) => countUnread(scope),
  activityOfNumbers: (scope) =>
    activityOfNumbers(scope, { now: new Date(), timezone: "Europe/Madrid", since: new Date(0) }),
  findUser: (scope, of) => findUser(scope, of.user),
  readHandoff: (scope, of) => readHandoff(scope, of.stepKey),
  waitingHandoff: (scope, of) => waitingHandoff(scope, of.conversation),
  changedRuns: (scope, of) => changedRuns(scope, { runIds: [of.run], all: false, withinMs: 3_600_000 }),
  revisionsOf: (scope, of) => revisionsOf(scope, [of.flowKey]),
  publishedFlows: (scope) => publishedFlows(scope),
  openRuns: (scope) => openRuns(scope),
  creditsOfStep: (scope, of) => creditsOfStep(scope, of.run, of.stepKey),
};

const MOMENT = "2026-11-21T10:00:00.000Z";

const EVERYBODY = { purpose: "notice", channels: ["sms", "whatsapp"], consented: false, most: 10 };

const NOTICE: ModuleTemplate = {
  key: "hello",
  event: "hello",
  title: { es: "Hola", en: "Hello" },
  purpose: "notice",
  category: "utility",
  channels: ["sms"],
  variables: [],
  bodies: { es: "Hola", en: "Hello" },
};

const DRAFT: Flow = {
  schemaVersion: 1,
  key: "mine",
  name: "Mine",
  description: "",
  settings: {},
  variables: [],
  nodes: [],
  edges: [],
};

const WORDS = { content: { body: "mine" }, variables: [] } as const;
const NEWS = {
  status: "approved",
  ref: "mine",
  names: {},
  category: "utility",
  quality: null,
  reason: null,
} as const;
const submissionOf = (of: Ids) => ({ templateId: of.template, provider: "meta", revision: 1 });

const WRITES: Record<string, Call> = {
  expectSocket: (scope, of) =>
    expectSocket(scope, {
      stepKey: of.stepKey,
      runId: of.run,
      path: "voice/relay",
      provider: "twilio",
      party: "CA1",
      plan: {},
      withinSeconds: 60,
    }),
  openSocket: (scope, of) => openSocket(scope, of.stepKey),
  saveSocket: (scope, of) => saveSocket(scope, { stepKey: of.stepKey, epoch: 0, state: {}, isOver: true }),
  closeSocket: (scope, of) => closeSocket(scope, of.stepKey),
  keepSocketAnswer: (scope, of) =>
    keepSocketAnswer(scope, { stepKey: of.stepKey, question: 2, answer: { text: "" } }),
  noteAnswer: (scope, of) =>
    noteAnswer(scope, {
      stepKey: of.stepKey,
      part: "answer",
      runId: of.run,
      model: "mine",
      promptTokens: 1,
      completionTokens: 1,
      firstMs: null,
      totalMs: 1,
    }),
  writeDocument: (scope, of) =>
    writeDocument(
      scope,
      {
        title: "mine",
        collection: "mine",
        kind: "text",
        language: "es",
        source_url: null,
        body: "mine",
        questions: [],
      },
      of.document,
    ),
  deleteDocument: (scope, of) => deleteDocument(scope, of.document),
  insertApiKey: (scope, of) =>
    insertApiKey(scope, {
      id: of.apiKey,
      name: "mine",
      hash: of.hash,
      hint: "ck_mine",
      scopes: ["*"],
      createdBy: of.user,
    }),
  rotateApiKey: (scope, of) =>
    rotateApiKey(scope, of.apiKey, { hash: "mine", hint: "ck_mine", previousUntil: new Date(0) }),
  revokeApiKey: (scope, of) => revokeApiKey(scope, of.apiKey),
  claimAnswer: (scope, of) => claimAnswer(scope, { caller: of.user, key: of.hash }, "mine"),
  keepAnswer: (scope, of) => keepAnswer(scope, { caller: of.user, key: of.hash }, { status: 200 }),
  dropAnswer: (scope, of) => dropAnswer(scope, { caller: of.user, key: of.hash }),
  insertTokenIssuer: (scope, of) =>
    insertTokenIssuer(scope, {
      id: of.tokenIssuer,
      name: "mine",
      issuer: of.hash,
      jwks_url: "https://mine.example",
      scopes: [],
      created_by: of.user,
    }),
  deleteTokenIssuer: (scope, of) => deleteTokenIssuer(scope, of.tokenIssuer),
  insertCredential: (scope, of) =>
    insertCredential(scope, {
      id: of.credential,
      type: "twilio.account",
      name: "main",
      account: of.account,
      sealed: {},
    }),
  insertFlow: (scope, of) =>
    insertFlow(scope, { id: of.flow, hookKey: of.hash, draft: { ...DRAFT, key: of.flowKey } }),
  updateDraft: (scope, of) => updateDraft(scope, of.flowKey, 1, { ...DRAFT, key: of.flowKey }),
  deleteDraft: (scope, of) => deleteDraft(scope, of.flowKey),
  publishVersion: (scope, of) =>
    publishVersion(scope, {
      id: of.version,
      key: of.flowKey,
      document: DRAFT,
      hash: "x",
      note: null,
      by: null,
    }),
  insertContact: (scope, of) => insertContact(scope, { id: of.contact, phone: of.phone, name: "mine" }),
  updateContact: (scope, of) => updateContact(scope, of.contact, { name: "mine" }),
  forgetContact: (scope, of) => forgetContact(scope, of.contact),
  writeSettings: (scope, of) => writeSettings(scope, { settings: { mine: true }, actor: of.apiKey }),
  replaceSchedules: (scope, of) =>
    replaceSchedules(scope, { id: of.version, flowId: of.flow, document: { ...DRAFT, key: of.flowKey } }),
  pauseSchedule: (scope, of) => pauseSchedule(scope, of.flowKey, "clock", true),
  writeItem: (scope, of) =>
    writeItem(scope, { table: "things", key: of.waitKey, mode: "set", value: "mine", writer: of.stepKey }),
  deleteItem: (scope, of) => deleteItem(scope, "things", of.waitKey),
  insertNumber: (scope, of) =>
    insertNumber(scope, {
      id: of.number,
      e164: of.phone,
      label: "mine",
      provider: "meta",
      provider_id: of.ref,
      account_ref: of.account,
      whatsapp: true,
      lifecycle: "created",
    }),
  updateNumber: (scope, of) =>
    updateNumber(scope, of.number, { lifecycle: "connected", state: { mine: true }, registration: true }),
  keepVendorAccount: (scope, of) =>
    keepVendorAccount(scope, "meta", { account_ref: of.account, name: "mine", state: { mine: true } }),
  insertTemplate: (scope, of) =>
    insertTemplate(scope, {
      id: of.template,
      key: "mine",
      locale: "es",
      category: "utility",
      module: null,
      group_id: null,
      store_id: null,
      ...WORDS,
    }),
  updateTemplate: (scope, of) =>
    updateTemplate(scope, of.template, 1, { category: "utility", module: null, ...WORDS }),
  deleteTemplate: (scope, of) => deleteTemplate(scope, of.template),
  beginSubmission: (scope, of) =>
    beginSubmission(scope, of.template, {
      provider: "meta",
      name: "mine",
      language: "es",
      content: WORDS,
      revision: 1,
      category: "utility",
    }),
  endSubmission: (scope, of) => endSubmission(scope, submissionOf(of), NEWS, 60),
  writeSubmission: (scope, of) => writeSubmission(scope, submissionOf(of), NEWS, null),
  setOwnPrice: (scope) =>
    setOwnPrice(scope, { meter: "voice", country: "*", currency: "EUR", unit_price: 1 }),
  deleteSubmission: (scope, of) => deleteSubmission(scope, submissionOf(of)),
  insertPendingMedia: (scope, of) =>
    insertPendingMedia(scope, [{ id: of.media, type: "image/png", name: null, source: {} }], 1),
  storeMedia: (scope, of) =>
    storeMedia(
      scope,
      { id: of.media, sha256: of.hash, bytes: Buffer.from("mine"), type: "text/plain", name: null },
      1,
    ),
  deferMedia: (scope, of) => deferMedia(scope, of.pendingMedia, { reason: "mine", retryAfterSeconds: 60 }),
  insertAudit: (scope, of) =>
    insertAudit(scope, { actor: of.apiKey, action: "store.create", target: of.store }),
  copyNotices: (scope) => copyNotices(scope, { module: "pos", templates: [NOTICE] }, "es"),
  openList: (scope, of) => openList(scope, { id: of.list, name: "mine", fingerprint: "mine" }),
  addToList: (scope, of) => addToList(scope, of.list, 0, [{ phone: of.phone, fields: {} }]),
  closeList: (scope, of) =>
    closeList(scope, of.list, { recipients: 1, duplicates: 0, invalid: 0, invalidFirst: [] }),
  fillFromContacts: (scope, of) => fillFromContacts(scope, of.list, EVERYBODY),
  deleteList: (scope, of) => deleteList(scope, of.list),
  insertStore: (scope, of) => insertStore(scope, of.store, { ...SHOP, group_id: null }),
  updateStore: (scope, of) => updateStore(scope, of.store, 1, { ...SHOP, group_id: null }),
  deleteStore: (scope, of) => deleteStore(scope, of.store, 1),
  insertGroup: (scope, of) => insertGroup(scope, of.group, { name: "mine", timezone: "UTC", hours: null }),
  updateGroup: (scope, of) => updateGroup(scope, of.group, 1, { name: "mine", timezone: "UTC", hours: null }),
  deleteGroup: (scope, of) => deleteGroup(scope, of.group, 1),
  keepAnsweredLeg: (scope, of) =>
    keepAnsweredLeg(scope, { provider: "twilio", ref: of.ref, runId: of.run, address: "mine" }),
  markRead: (scope, of) => markRead(scope, of.conversation),
  closeConversation: (scope, of) => closeConversation(scope, of.conversation, { at: MOMENT, who: "mine" }),
  changeConversation: (scope, of) =>
    changeConversation(scope, of.conversation, {
      team: "mine",
      reference: { module: "pms", recordId: "mine" },
    }),
  startHandoff: (scope, of) =>
    startHandoff(scope, {
      stepKey: of.stepKey,
      channel: "sms",
      number: of.phone,
      numberId: null,
      contact: of.phone,
      team: "mine",
      note: null,
      storeId: null,
      startedAt: MOMENT,
      until: MOMENT,
    }),
  endHandoff: (scope, of) => endHandoff(scope, of.stepKey, MOMENT),
  closeHandoffs: (scope, of) => closeHandoffs(scope, of.conversation, { at: MOMENT, who: "mine" }),
  recordGoal: (scope, of) =>
    recordGoal(scope, {
      stepKey: of.stepKey,
      runId: of.run,
      flowKey: of.flowKey,
      name: "mine",
      at: "2026-11-21T10:00:00.000Z",
    }),
  insertCopies: (scope, of) =>
    insertCopies(scope, [
      {
        id: of.flow,
        versionId: of.version,
        hookKey: of.hash,
        key: of.flowKey,
        name: "mine",
        document: DRAFT,
      },
    ]),
  bindNumber: (scope, of) => bindNumber(scope, { id: of.number, voice_flow_key: "mine" }),
  insertPlayNumber: (scope, of) =>
    insertPlayNumber(scope, { id: of.number, e164: of.phone, provider: "meta", voice: true }),
  approveAll: (scope) => approveAll(scope),
};

// These have no id to ask by: they give the scope's own rows.
const WITHOUT_ID = new Set([
  "answersToday",
  "listDocuments",
  "searchPassages",
  "listApiKeys",
  "listTokenIssuers",
  "listCredentials",
  "listAccounts",
  "monthlyCredits",
  "flowActivity",
  "readTenant",
  "listStores",
  "listGroups",
  "listNumbers",
  "listTemplates",
  "pageOfTemplates",
  "listFlows",
  "flowsBeginningWith",
  "flowsStartedBy",
  "listItems",
  "listNumberRecords",
  "listManagedGroups",
  "listLists",
  "returnsBy",
  "listPrices",
  "listUsage",
  "sumUsage",
  "countUnread",
  "activityOfNumbers",
  "exportConsents",
  "readSettings",
  "readSubscription",
  "publishedFlows",
  "openRuns",
]);
const NOTHING = [undefined, null, [], {}];

function someUse(used: { readonly answers: number }) {
  return used.answers === 0 ? null : used;
}

let database: TestDatabase;
let db: Database;
let admin: pg.Client;
let wallless: Knex;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDatabase({ connection: database.connection, enginePool: 2, apiPool: 2 });
  admin = await openAdmin(database.connection);
  await seedTenant(admin, "a");
  await seedTenant(admin, "b");
  await admin.query("update interactions set at = now()");
  await admin.query(PUBLISHED, [B.tenant, B_ALONE]);
  await admin.query(OPTED_OUT, [B.tenant, PHONE_ALONE]);
  // A superuser passes row-level security: what is left is the tenant named in the query itself.
  wallless = createKnex({ client: "pg", connection: { ...database.connection }, pool: { min: 0, max: 1 } });
});

afterAll(async () => {
  await Promise.all([db.close(), admin.end(), wallless.destroy()]);
  await database.drop();
});

describe("the seeds", () => {
  test("hold a row of both tenants in every table", async () => {
    for (const { tenant } of [A, B]) {
      const rows = await rowsOf(admin, tenant);
      expect(Object.keys(rows).filter((table) => rows[table]?.length === 0)).toEqual([]);
    }
  });
});

describe("the connection without a wall", () => {
  test("sees both tenants: only the queries keep them apart there", async () => {
    expect(await wallless("tenants").orderBy("id").pluck("id")).toEqual([A.tenant, B.tenant]);
  });
});

describe("the list of calls", () => {
  test("names every exported function of engine/store that takes a TenantScope", () => {
    expect(scopedFunctions().sort()).toEqual([...Object.keys(READS), ...Object.keys(WRITES)].sort());
  });
});

describe("a read", () => {
  test.each(Object.entries(READS))("%s finds the tenant's own", async (_name, call) => {
    expect(NOTHING).not.toContainEqual(await db.asTenant(A.tenant, (scope) => call(scope, A)));
  });

  test.each(Object.entries(READS))("%s as A with the ids of B gives nothing of B", async (name, call) => {
    expectNothingOfB(name, await db.asTenant(A.tenant, (scope) => call(scope, B)));
  });

  test.each(Object.entries(READS))("%s names the tenant even where no wall stands", async (name, call) => {
    const result = await wallless.transaction((sql) => call({ tenantId: A.tenant, sql }, B));
    expectNothingOfB(name, result);
  });

  test.each(Object.entries(READS))(
    "%s sees nothing of B when the query names the wrong tenant",
    async (_n, call) => {
      const result = await db.asTenant(A.tenant, ({ sql }) => call({ tenantId: B.tenant, sql }, B));
      expect(NOTHING).toContainEqual(result);
    },
  );
});

describe("a write", () => {
  test.each(Object.entries(WRITES))("%s as A with the ids of B changes nothing of B", async (_name, call) => {
    await expectUnchanged(() => db.asTenant(A.tenant, (scope) => call(scope, B)));
  });

  test.each(Object.entries(WRITES))("%s names the tenant even where no wall stands", async (_name, call) => {
    await expectUnchanged(() => wallless.transaction((sql) => call({ tenantId: A.tenant, sql }, B)));
  });

  test.each(Object.entries(WRITES))("%s is stopped when it names the wrong tenant", async (_name, call) => {
    await expectUnchanged(() => db.asTenant(A.tenant, ({ sql }) => call({ tenantId: B.tenant, sql }, B)));
  });

  test("changes the tenant's own: the seeds do not make these tests pass by themselves", async () => {
    const before = await rowsOf(admin, A.tenant);
    await db.asTenant(A.tenant, (scope) => updateDraft(scope, A.flowKey, 1, { ...DRAFT, key: A.flowKey }));
    expect(await rowsOf(admin, A.tenant)).not.toEqual(before);
  });
});

describe("random calls", () => {
  test("of A with ids of A, of B and of nobody leave B as it was", async () => {
    const before = await rowsOf(admin, B.tenant);
    const step = fc.record({ name: fc.constantFrom(...Object.keys({ ...READS, ...WRITES })), of: someIds() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        for (const { name, of } of steps) {
          const call = READS[name] ?? WRITES[name];
          const result = await tolerateClash(() => db.asTenant(A.tenant, async (scope) => call?.(scope, of)));
          expect(JSON.stringify(result) ?? "").not.toContain("secret_b");
        }
        expect(await rowsOf(admin, B.tenant)).toEqual(before);
      }),
      { numRuns: 30, seed: 7 },
    );
  });
});

/** Functions that find out themselves whose a thing is; what they are given is proof enough (a signed id, a number). */
const FINDERS = [
  // counts by a hash, of nobody
  "engine_admit_sign_in",
  "engine_answer",
  "engine_call_status",
  "engine_claim",
  "engine_claim_next",
  "engine_claim_schedules",
  "engine_claim_store_deliveries",
  "engine_count_takeover",
  "engine_credentials_of_account",
  // counts, not rows
  "engine_doubts",
  "engine_due",
  "engine_due_media",
  "engine_due_subscriptions",
  "engine_due_templates",
  "engine_effect_status",
  "engine_find_api_key",
  "engine_follow_link",
  "engine_forgive_sign_in",
  "engine_give_up_doubts",
  "engine_hand_back",
  // days, not rows
  "engine_journal_since",
  // of nobody: what could not be read
  "engine_keep_fault",
  "engine_keep_partitions",
  "engine_load",
  // names of files
  "engine_migrations",
  // whose number or account the vendor names
  "engine_note_event",
  "engine_note_failure",
  "engine_number_owner",
  "engine_prune_agent_answers",
  "engine_prune_codes",
  "engine_prune_asks",
  "engine_placed_call",
  "engine_prune_data",
  "engine_prune_destinations",
  "engine_prune_inbox",
  "engine_prune_lists",
  "engine_prune_media",
  "engine_prune_paces",
  "engine_prune_sessions",
  "engine_prune_rates",
  "engine_prune_answers",
  "engine_prune_socket_sessions",
  "engine_renew",
  // told whose it may be about; `ref` and name are the vendor's
  "engine_report_template",
  "engine_route_hook",
  "engine_route_number",
  // by the hash of a token only its holder knows
  "engine_session",
  "engine_stale_twins",
  // counts by a hash, of nobody
  "engine_take_rate",
  "engine_tenant_of_media",
  "engine_tenant_of_run",
  "engine_uncounted_tenants",
  "engine_user_of_email",
  // counts, not rows
  "engine_workload",
];

/** A asks for a code to somebody of B. */
function codeOf(id: string) {
  const limit = { max: 5, seconds: 600 };
  return {
    tenant: A.tenant,
    id,
    source: "api",
    to: B.phone,
    channel: "sms",
    ip: null,
    provider: "twilio",
    at: "2026-11-21T10:00:00Z",
    limits: { recipient: limit, ip: limit, tenant: limit },
  };
}

/** Functions that are told the tenant: called as A with what belongs to B. */
const ENGINE_CALLS: Record<string, readonly (readonly unknown[])[]> = {
  engine_commit: [
    ...[
      newRunItem(A, B.run),
      newRunItem(A, "run_a_version", { flowVersionId: B.version }),
      commitItem(A, B.run, { expect: "waiting", seq: 3, epoch: 2 }),
      commitItem(A, B.leasedRun, { seq: 3, epoch: 2, status: "failed" }),
      newRunItem(A, "run_a_intent", { intents: [messageIntent(B.effect, { meter: "sms", amount: 1 })] }),
      newRunItem(A, "run_a_parts", reachingForB({})),
      newRunItem(A, "run_a_over", reachingForB({ status: "succeeded" })),
      newRunItem(A, "run_a_waits", reachingForB({ status: "waiting", waitKeys: [`${B.waitKey}_early`] })),
    ].flatMap((item) => [batch(item), batch(item, commitItem(B, B.leasedRun, { seq: 99 }))]),
  ],
  engine_skip_time: [["ten_nobody", 1000]],
  engine_renew_subscription: [[B.tenant]],
  engine_keep_twin: [[B.tenant, 1000]],
  engine_close_twin: [[B.tenant]],
  engine_open_twin: [
    [
      {
        of: A.tenant,
        id: "ten_twin_a",
        seconds: 60,
        suffix: "~a",
        offsetMs: 0,
        credits: 10,
        accounts: {},
      },
    ],
  ],
  engine_identify: [
    [{ tenant: A.tenant, provider: "meta", userId: "US.1", phone: B.phone, name: "mine", id: "con_a_new" }],
    [
      {
        tenant: A.tenant,
        provider: "meta",
        userId: "US.9",
        phone: null,
        account: B.account,
        id: "con_a_other",
      },
    ],
  ],
  engine_change_identity: [
    [
      {
        tenant: A.tenant,
        provider: "meta",
        previousUserId: "US.1",
        previousPhone: B.phone,
        userId: "US.2",
        phone: B.phone,
      },
    ],
  ],
  engine_note_prices: [
    [
      {
        tenant: A.tenant,
        free: ["free_customer_service"],
        items: [
          {
            effectId: B.effect,
            meter: "sms",
            pricing: { type: "free_customer_service", category: "service", model: null },
            reached: true,
            at: "2026-11-21T10:00:00Z",
          },
        ],
      },
    ],
  ],
  engine_code_admit: [[codeOf(A.effect)], [codeOf(B.effect)], [{ ...codeOf("eff_a_new"), charge: 1 }]],
  engine_code_settle: [
    [{ tenant: A.tenant, id: B.effect, state: "failed", ref: null, outcome: {} }],
    [{ tenant: A.tenant, id: A.effect, state: "failed", ref: null, outcome: {} }],
  ],
  engine_code_checked: [[A.tenant, B.phone, "approved"]],
  engine_settle_store_delivery: [
    [{ tenant: A.tenant, id: `sdl_${B.interaction.slice(4)}`, state: "failed", status: 500, error: "x" }],
  ],
  engine_keep_resume: [
    [resumeOf("1", { runId: B.run, usage: { effectId: B.effect, amount: 2 } })],
    [resumeOf("2", { id: B.delivery })],
    [resumeOf("3", { hash: B.hash })],
  ],
  engine_keep_for_run: [[resumeOf("4", { runId: B.run })], [resumeOf("5", { runId: B.run, hash: B.hash })]],
  engine_advance_schedule: [
    [
      {
        tenantId: A.tenant,
        flowId: B.flow,
        nodeId: "clock",
        since: "2026-01-01",
        was: null,
        next: null,
        aheadMs: 0,
      },
    ],
  ],
  engine_start_session: [
    [{ id: "ses_a_new", hash: B.hash, user: A.user, userAgent: "mine", ip: null }],
    [{ id: B.session, hash: "mine", user: A.user, userAgent: "mine", ip: null }],
  ],
  engine_sessions_of: [[A.user]],
  engine_tenants_of: [[A.user]],
  engine_end_sessions: [
    [A.user, B.session, null],
    [A.user, null, A.session],
  ],
  engine_switch_session: [
    [{ user: A.user, session: A.session, tenant: B.tenant, id: "ses_a_other", hash: "mine" }],
    [{ user: A.user, session: B.session, tenant: A.tenant, id: "ses_a_other", hash: "mine" }],
  ],
  engine_key_of_token: [[A.tenant, B.apiKey]],
  engine_request_cancel: [[A.tenant, B.run]],
  engine_request_pause: [[A.tenant, B.run, true]],
  engine_load_waiting: [[A.tenant, B.waitKey]],
  engine_contact: [[{ tenant: A.tenant, id: "con_a2", phone: B.phone, channelUserId: null, name: "mine" }]],
  engine_recipients: [
    [{ tenant: A.tenant, people: [B.phone], channel: "sms", purpose: "marketing", number: null }],
  ],
  engine_record_consents: [[consentsOfA(B.contact)]],
  engine_close_window: [
    [{ tenant: A.tenant, person: B.phone, channel: "sms", number: B.phone }],
    [{ tenant: A.tenant, effectId: B.effect }],
  ],
  engine_take_destinations: [
    [
      {
        tenant: A.tenant,
        channel: "sms",
        hour: "2026-11-21T10:00:00Z",
        limit: 1,
        blocks: { [B.phone.slice(0, -4)]: 1 },
      },
    ],
  ],
  engine_refs_to: [[A.tenant, "eff_nobody", B.phone, "2026-01-01T00:00:00Z"]],
  engine_calls_to: [[A.tenant, "eff_nobody", B.phone, "2026-01-01T00:00:00Z"]],
  engine_charge_inbound: [[A.tenant, "twilio", B.ref]],
  engine_resolve_effect: [
    [
      {
        tenant: A.tenant,
        effectId: B.effect,
        outcome: "accepted",
        ref: null,
        note: "mine",
        actor: A.apiKey,
        auditId: "aud_a2",
      },
    ],
  ],
  engine_keep_inbound: [
    [{ tenant: A.tenant, delivery: { id: "inb_a2", hash: B.hash, source: "t" }, message: inboundOfB() }],
  ],
  engine_count_messages: [[A.tenant, 100, 30]],
  engine_open_ask: [
    [
      {
        tenant: A.tenant,
        id: B.ask,
        runId: B.run,
        stepKey: B.stepKey,
        channel: "sms",
        number: B.phone,
        contact: B.phone,
        choices: [],
      },
    ],
  ],
  engine_hear: [
    [
      {
        tenant: A.tenant,
        channel: "sms",
        number: B.phone,
        contact: B.phone,
        isTap: true,
        ask: B.ask,
        repliesTo: B.ref,
        now: MOMENT,
      },
    ],
  ],
  engine_flows_with_trigger: [["ten_nobody", "api.run"]],
  engine_message_of_effect: [[A.tenant, B.effect, "messaging.status"]],
  engine_published_version: [[A.tenant, B.flowKey, 1]],
  engine_version: [[A.tenant, B.version]],
  engine_children: [[A.tenant, `${B.run}:split:1`, null]],
  engine_count_payload: [[{ uses: [{ tenant: A.tenant, day: "2026-11-21", bytes: 5 }] }]],
  engine_cached: [[A.tenant, "carrier", B.ref]],
  engine_cache: [[A.tenant, "carrier", B.ref, { name: "mine" }, 60_000]],
  engine_note_use: [
    [
      {
        tenant: A.tenant,
        stepKey: B.stepKey,
        kind: "geolocation",
        runId: B.run,
        amount: 2,
        recipient: B.phone,
      },
    ],
  ],
  engine_link: [[linkOfB(B.link)], [linkOfB("mine")]],
  engine_account: [["ten_nobody", "sms"]],
  engine_last_store: [[A.tenant, B.phone]],
  deduct_comm_credits: [["ten_nobody", "sms", 1]],
};

function linkOfB(code: string): object {
  const of = { tenant: A.tenant, url: "https://mine.example", runId: B.run, stepKey: B.stepKey };
  return { ...of, code, recipient: null, expiresAt: null };
}

describe("an engine function", () => {
  test("is either told the tenant and listed here, or finds it itself", async () => {
    const { rows } = await admin.query(`
      select p.proname as name from pg_proc p where p.pronamespace = 'public'::regnamespace
        and has_function_privilege('app_engine', p.oid, 'execute') order by 1`);
    const listed = [...FINDERS, ...Object.keys(ENGINE_CALLS)].sort();
    expect(rows.map((row: { name: string }) => row.name)).toEqual(listed);
  });

  const calls = Object.entries(ENGINE_CALLS).flatMap(([name, calls]) =>
    calls.map((args, index) => [`${name} #${index + 1}`, name as EngineFunction, args] as const),
  );
  test.each(calls)("%s as A changes and tells nothing of B", async (_title, name, args) => {
    const result = await expectUnchanged(() => db.call(name, args));
    expect(JSON.stringify(result) ?? "").not.toContain("secret_b");
  });

  test("answers A about B as about nobody", async () => {
    expect(await db.call("engine_request_cancel", [A.tenant, B.run])).toBe(false);
    expect(await db.call("engine_request_pause", [A.tenant, B.run, true])).toBe(false);
    expect(await db.call("engine_load_waiting", [A.tenant, B.waitKey])).toBeNull();
    expect(await db.call("engine_version", [A.tenant, B.version])).toBeNull();
    expect(await db.call("engine_published_version", [A.tenant, B_ALONE, 1])).toBeNull();
    expect(await db.call("engine_published_version", [B.tenant, B_ALONE, 1])).not.toBeNull();
    const query = { people: [PHONE_ALONE], channel: "sms", purpose: "marketing", number: null };
    expect(await db.call("engine_recipients", [{ tenant: B.tenant, ...query }])).toMatchObject({
      [PHONE_ALONE]: { optedOut: true },
    });
    expect(await db.call("engine_recipients", [{ tenant: A.tenant, ...query }])).toEqual({
      [PHONE_ALONE]: { optedOut: false, consent: null, timezone: null, lastInboundAt: null },
    });
    expect(await db.call("engine_record_consents", [consentsOfA(B.contact)])).toMatchObject({ found: false });
  });

  test("does not take an effect of B for one of A", async () => {
    const item = newRunItem(A, "run_a_claims", { intents: [messageIntent(B.effect)] });
    await expect(db.call("engine_commit", batch(item))).rejects.toMatchObject({ code: "23505" });
  });
});

describe("deduct_comm_credits", () => {
  test("refuses another tenant's credits inside one tenant's transaction, and leaves the wall where it was", async () => {
    const before = await rowsOf(admin, B.tenant);
    const seen = await db.asTenant(A.tenant, async ({ sql }) => {
      const foreign = await sql.raw("select deduct_comm_credits(?, 'sms', 1) as ok", [B.tenant]);
      const own = await sql.raw("select deduct_comm_credits(?, 'sms', 1) as ok", [A.tenant]);
      const tenants = await sql("tenants").pluck("id");
      return { foreign: foreign.rows[0].ok, own: own.rows[0].ok, tenants };
    });
    expect(seen).toEqual({ foreign: false, own: true, tenants: [A.tenant] });
    expect(await rowsOf(admin, B.tenant)).toEqual(before);
  });
});

/** The tenant's waiting run, which was started today. */
function spanOf(of: Ids): RunSpan {
  return { id: of.run, started_at: new Date(Date.now() - 86_400_000), ended_at: null };
}

/** A commit of A that names things of B in every part. */
function reachingForB(changes: Partial<CommitItem>): Partial<CommitItem> {
  return {
    state: STATE,
    owner: OWNER,
    events: [leftEvent("menu")],
    consumes: B.delivery,
    answer: { deliveryId: B.delivery, http: { status: 200 } },
    outcomes: [{ id: B.effect, state: "refused", ref: "mine", outcome: { state: "refused" } }],
    usage: [{ effectId: B.effect, amount: 5 }],
    charge: { stepKey: B.stepKey, meter: "sms", amount: 1 },
    settle: B.stepKey,
    message: inboundOfB(),
    call: { id: "cal_a2", provider: "twilio", ref: B.ref, from: B.phone, to: B.phone, simulated: false },
    interaction: {
      id: "int_a2",
      kind: "call",
      flowKey: B.flowKey,
      contactPhone: B.phone,
      storeId: B.store,
      outcome: "x",
    },
    ...changes,
  };
}

function inboundOfB() {
  return {
    id: "msg_a2",
    channel: "sms",
    from: B.phone,
    to: B.phone,
    body: "mine",
    provider: "twilio",
    ref: B.ref,
    simulated: false,
  };
}

/** Arguments of one function call; where one item is of B, the rows of both are in reach. */
function batch(...items: readonly CommitItem[]): readonly [string] {
  return [JSON.stringify(items)];
}

function consentsOfA(contactId: string) {
  const lines = [{ id: "cns_a2", purpose: "marketing", state: "granted" }];
  return { tenant: A.tenant, contactId, channel: "sms", lines, source: "mine", ref: "mine", optOut: false };
}

function resumeOf(name: string, changes: object) {
  const event = { name: "mine", output: {}, via: null };
  const row = { id: `inb_resume_${name}`, hash: `resume_${name}`, source: "t" };
  return { ...row, tenant: A.tenant, key: B.waitKey, event, runId: null, ...changes };
}

function expectNothingOfB(name: string, result: unknown): void {
  if (!WITHOUT_ID.has(name)) expect(NOTHING).toContainEqual(result);
  expect(JSON.stringify(result) ?? "").not.toMatch(/_b\b/);
}

async function expectUnchanged<T>(work: () => Promise<T>): Promise<T | null> {
  const before = await rowsOf(admin, B.tenant);
  const result = await tolerateClash(work);
  expect(await rowsOf(admin, B.tenant)).toEqual(before);
  return result;
}

/** A key that is taken, a row behind the wall and one that others refer to are answers, too. */
async function tolerateClash<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof pg.DatabaseError && ["23505", "42501", "23503", "23514"].includes(error.code ?? ""))
      return null;
    throw error;
  }
}

function someIds(): fc.Arbitrary<Ids> {
  const keys = Object.keys(A) as (keyof Ids)[];
  const value = (key: keyof Ids) => fc.constantFrom(A[key], B[key], B[key], `${A[key]}_new`);
  return fc.record(
    Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<keyof Ids, fc.Arbitrary<string>>,
  );
}

/** Read from the sources: types are gone when they run. */
function scopedFunctions(): string[] {
  const folder = path.join(import.meta.dirname, "../../engine/store");
  return readdirSync(folder).flatMap((file) => {
    const text = readFileSync(path.join(folder, file), "utf8");
    const found = [
      ...text.matchAll(
        /export (?:async )?function (\w+)(?:<[^>]*>)?\(\s*(?:\{[^}]*\}|\w+)\s*:\s*TenantScope\b/g,
      ),
    ].map((match) => match[1] ?? "");
    const mentions = text.match(/:\s*TenantScope\b/g)?.length ?? 0;
    const inDatabase = file === "database.ts" ? 1 : 0;
    expect({ file, scoped: found.length + inDatabase }).toEqual({ file, scoped: mentions });
    return found;
  });
}
