import { expect } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { type Balances, balances, reportRun, type SimulationReport } from "../../engine/demo/report.ts";
import { newId } from "../../engine/ids.ts";
import type { LedgerEntry } from "../../engine/plugin-api.ts";
import type { CallRequest } from "../../plugins/twilio/emulator/call-session.ts";
import type { CallResult, PhoneCall } from "../../plugins/twilio/emulator/phone.ts";
import { parseTwiml } from "../../plugins/twilio/emulator/twiml-document.ts";
import { type PlacedCall, placedCalls, rest } from "./at-rest.ts";
import type { TestEngine } from "./build-engine.ts";
import { inspect } from "./database.ts";
import { newestRun, startEvent, startSchedule, startWebhook } from "./other-starts.ts";
import { playLater } from "./play-later.ts";
import { emptyQueue, fillQueue } from "./queue-callers.ts";
import type { FaultOrder, Given, Scenario, ScenarioFile, Then, When } from "./scenario.ts";
import { setTemplates } from "./scenario-templates.ts";
import { withMoments } from "./with-moments.ts";
import { writeTo } from "./write-message.ts";

type Row = Readonly<Record<string, unknown>>;

/** What came of a scenario. */
export interface Played extends SimulationReport {
  /** Messages, lookups and payments the vendors accepted meanwhile, in order. */
  readonly vendor: readonly (LedgerEntry & { readonly provider: string })[];
  /** Calls the flow placed, in order. */
  readonly placed: readonly PlacedCall[];
  /** TwiML verbs of each answer to the call. */
  readonly requests: readonly (readonly string[])[];
  readonly reply: { readonly status: number; readonly body: unknown } | null;
  readonly rows: Readonly<Record<string, Row | undefined>>;
}

/** Plays a scenario on an engine whose stores keep the hours it is given, and compares everything it names. */
export async function playScenario(
  engine: TestEngine,
  flow: ScenarioFile["flow"],
  scenario: Scenario,
): Promise<void> {
  await prepare(engine, scenario.given ?? {});
  const restore = await setTemplates(engine, scenario.given?.templates ?? []);
  const seen = { twilio: engine.twilio.ledger().length, meta: engine.meta.ledger().length };
  const before = await balances(engine.app, engine.tenantId);
  const others = await fillQueue(engine, scenario);
  const started = await start(engine, flow, scenario);
  await emptyQueue(others);
  for (const event of scenario.later ?? []) {
    await rest(engine, started.runId);
    await playLater(engine, started.runId, event);
  }
  const report = await settle(engine, started, before);
  await restore();
  for (const to of Object.keys(scenario.given?.answers ?? {})) engine.twilio.answerWith(to, null);
  compare(scenario.then, {
    ...report,
    vendor: newEntries(engine, seen),
    placed: placedCalls(engine, seen.twilio),
    requests: started.requests.map(verbsOf),
    reply: started.reply,
    rows: await rowsOf(engine, started.runId),
  });
  for (const words of scenario.then.nowhere ?? [])
    expect.soft(await rowsWith(engine, words), `rows with ${words}`).toEqual([]);
  const ordered =
    engine.twilio.faults.pending() + engine.twilio.socketFaults.pending() + engine.meta.faults.pending();
  expect(ordered, "faults that were ordered but never met").toBe(0);
}

/** Makes the business and its stores open, or closed, at any time. For an engine that nobody has called yet. */
export async function setHours({ connection }: TestEngine, hours: "open" | "closed"): Promise<void> {
  const document = JSON.stringify(hours === "open" ? OPEN : closedNow(new Date()));
  for (const table of ["stores", "tenants"])
    await inspect(connection, `update ${table} set hours = $1`, [document]);
}

// ------------------------------------------------------------------------------------------------ given

const ALL_DAY = [{ from: "00:00", to: "24:00" }];
const OPEN = {
  weekly: {
    mon: ALL_DAY,
    tue: ALL_DAY,
    wed: ALL_DAY,
    thu: ALL_DAY,
    fri: ALL_DAY,
    sat: ALL_DAY,
    sun: ALL_DAY,
  },
};

/** Closed for days around now, wherever on earth; open again after that. */
function closedNow(now: Date) {
  const day = (offset: number) => new Date(now.getTime() + offset * 86_400_000).toISOString().slice(0, 10);
  return { ...OPEN, exceptions: [{ from: day(-2), to: day(3), hours: [] }] };
}

const PLENTY = { sms: 200, whatsapp: 200, voice: 30, lookup: null, verify: 200, ai: 200 } as const;

/** What scenarios share is set anew: credits, wishes, the stores people were last sent to, answers kept, faults. */
async function prepare(engine: TestEngine, given: Given): Promise<void> {
  const { connection, tenantId, twilio, meta } = engine;
  twilio.faults.clear();
  twilio.socketFaults.clear();
  await setExtraStores(engine, given.extraStores ?? 0);
  await inspect(connection, "delete from code_sends");
  await setSettings(engine, given.settings ?? {});
  await inspect(connection, "delete from consents");
  await inspect(connection, "delete from lookup_cache");
  await inspect(connection, "delete from call_legs");
  for (const address of given.answeredBefore ?? [])
    await inspect(connection, ANSWERED, [tenantId, newId("call"), address]);
  await inspect(connection, "update contacts set opt_outs = '{}', last_store_id = null");
  for (const [meter, left] of Object.entries({ ...PLENTY, ...given.credits }))
    await setCredits(connection, tenantId, meter, left);
  for (const { phone, channel } of given.optedOut ?? [])
    await inspect(connection, OPT_OUT, [newId("contact"), tenantId, phone, channel]);
  for (const { phone, channel, purpose, state } of given.consents ?? []) {
    await inspect(connection, KNOWN, [newId("contact"), tenantId, phone]);
    const values = [newId("consent"), tenantId, phone, channel, purpose, state];
    await inspect(connection, CONSENT, values);
  }
  for (const { phone, channel, to = DEMO.numbers.shared } of given.wrote ?? [])
    await writeTo(engine, { from: phone, to, body: "Hola", channel });
  await setTables(engine, given.tables ?? {});
  engine.web?.answerWith(given.web ?? {});
  for (const trouble of given.sockets ?? []) twilio.socketFaults.next({}, trouble);
  for (const order of given.faults ?? []) orderFault({ twilio, meta }, order);
  for (const [to, answer] of Object.entries(given.answers ?? {})) twilio.answerWith(to, answer);
}

/** Open day and night, in Bogotá, with a mobile of their own; where they are is not known. */
async function setExtraStores({ app, connection, tenantId }: TestEngine, count: number): Promise<void> {
  const before = await inspect<{ id: string }>(
    connection,
    "delete from stores where id like 'sto_extra%' returning id",
  );
  for (let number = 1; number <= count; number++) {
    const two = String(number).padStart(2, "0");
    await inspect(
      connection,
      `insert into stores (id, tenant_id, group_id, name, country, timezone, address, website, mobile, hours)
       values ('sto_extra_' || $1, $2, 'grp_demo', 'Sede ' || $1, 'CO', 'America/Bogota', 'Calle ' || $1,
               'https://laespiga.example/' || $1, '+5731055503' || $1, $3)`,
      [two, tenantId, JSON.stringify(OPEN)],
    );
  }
  if (before.length + count > 0) app.runtime.directory.forget(tenantId);
}
const ANSWERED = `insert into call_legs (tenant_id, provider, provider_ref, run_id, address)
  values ($1, 'twilio', $2, 'run_before', $3)`;

/** Only what is given is there, as somebody put it there over the API. */
async function setTables({ connection, url, apiKey, web }: TestEngine, given: object): Promise<void> {
  await inspect(connection, "delete from data_items");
  for (const [place, value] of Object.entries(given)) {
    const [table = "", ...key] = place.split("/");
    const body = JSON.stringify({ value }).replaceAll("{web}", web?.origin ?? "");
    const address = `${url}/api/v1/data/${table}/${encodeURIComponent(key.join("/"))}`;
    const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
    const response = await fetch(address, { method: "PUT", headers, body });
    if (!response.ok) throw new Error(`${place} was refused: ${await response.text()}`);
  }
}

/** Those of the demo, but for what is given. */
async function setSettings({ connection, tenantId, app }: TestEngine, given: object): Promise<void> {
  const all: Record<string, unknown> = { ...DEMO.tenant.settings, ...given };
  const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  await inspect(connection, "update tenants set settings = $2 where id = $1", [
    tenantId,
    JSON.stringify(kept),
  ]);
  app.runtime.directory.forget(tenantId);
}

const KNOWN = "insert into contacts (id, tenant_id, phone) values ($1, $2, $3) on conflict do nothing";
const CONSENT = `insert into consents (id, tenant_id, contact_id, channel, purpose, state, source, ref)
  select $1, $2, id, $4, $5, $6, 'form', $1 from contacts where tenant_id = $2 and phone = $3`;

const OPT_OUT = `insert into contacts (id, tenant_id, phone, opt_outs) values ($1, $2, $3, array[$4])
  on conflict (tenant_id, phone) do update set opt_outs = array_append(contacts.opt_outs, $4)`;

/** With its entry, so that the ledger still adds up; what an earlier scenario still holds stays held beside it. */
async function setCredits(
  connection: TestEngine["connection"],
  tenantId: string,
  meter: string,
  left: number | null,
): Promise<void> {
  const values = [tenantId, meter, left];
  await inspect(
    connection,
    `insert into credit_entries (tenant_id, meter, amount, kind, ref)
     select tenant_id, meter, $3::int + held - (select coalesce(sum(amount), 0) from credit_entries e
       where e.tenant_id = a.tenant_id and e.meter = a.meter), 'adjustment', gen_random_uuid()
     from credit_accounts a where tenant_id = $1 and meter = $2 and $3::int is not null`,
    values,
  );
  await inspect(
    connection,
    "update credit_accounts set balance = $3::int + held where tenant_id = $1 and meter = $2",
    values,
  );
}

function orderFault({ twilio, meta }: Pick<TestEngine, "twilio" | "meta">, order: FaultOrder): void {
  const { provider, to, path, times = 1, fault } = order;
  const match = { ...(to === undefined ? {} : { to }) };
  for (let time = 0; time < times; time++) {
    if (provider === "meta") meta.faults.next(match, fault);
    else twilio.faults.next({ ...match, ...(path === undefined ? {} : { path: new RegExp(path) }) }, fault);
  }
}

// ------------------------------------------------------------------------------------------------ when

const LONGEST_CALL_MS = 15_000;

interface Started {
  readonly runId: string | null;
  readonly call: Parameters<typeof reportRun>[3];
  readonly requests: readonly CallRequest[];
  readonly reply: Played["reply"];
}

async function start(engine: TestEngine, flow: string, scenario: Scenario): Promise<Started> {
  const { when, given, later, then } = scenario;
  if ("event" in when) return { ...SILENT, ...(await startEvent(engine, flow, when.event)) };
  if ("webhook" in when) return { ...SILENT, ...(await startWebhook(engine, flow, when.webhook)) };
  if ("schedule" in when) return { ...SILENT, ...(await startSchedule(engine, flow, when.schedule)) };
  if ("call" in when) return startCall(engine, when.call, given?.answers ?? {});
  if ("message" in when) return startMessage(engine, when.message);
  if ("sent" in when) return startStatus(engine, flow, when.sent);
  // A run that sleeps until something later happens would be waited for in vain, unless it replies before.
  const waitSeconds = later && !then.reply ? 0 : 20;
  return startRequest(engine, flow, { ...when, waitSeconds });
}

/** Of whatever is no call. */
const SILENT = { call: null, requests: [] } as const;

async function startCall(
  engine: TestEngine,
  call: Extract<When, { call: unknown }>["call"],
  answers: NonNullable<Given["answers"]>,
): Promise<Started> {
  const { from, to, geo = {}, inputs = [], talk, hangupAfter } = call;
  const script = {
    inputs,
    answers,
    ...(talk ? { talk } : {}),
    ...(hangupAfter === undefined ? {} : { hangupAfter }),
  };
  const { sid, spoken, dialed, requests } = await heardOut(engine.twilio.ring({ from, to, geo, script }));
  const runId = await runOf(engine, "calls", sid);
  return { runId, call: { runId, sid, spoken, dialed }, requests, reply: null };
}

/** A call that is kept on hold for ever is hung up, so that it fails its own scenario and no other. */
async function heardOut(phone: PhoneCall): Promise<CallResult> {
  let overdue = false;
  const patience = setTimeout(() => {
    overdue = true;
    phone.hangup();
  }, LONGEST_CALL_MS);
  const result = await phone.done;
  clearTimeout(patience);
  if (!overdue) return result;
  const answers = result.requests.map(({ body }) => body).join("\n");
  throw new Error(`The call was not over after ${LONGEST_CALL_MS} ms. It was answered with:\n${answers}`);
}

async function startMessage(
  engine: TestEngine,
  message: Extract<When, { message: unknown }>["message"],
): Promise<Started> {
  const sid = await writeTo(engine, message);
  return { runId: await runOf(engine, "messages", sid), call: null, requests: [], reply: null };
}

async function startRequest(
  engine: TestEngine,
  flow: string,
  {
    request: input,
    contact,
    waitSeconds,
  }: Extract<When, { request: unknown }> & { readonly waitSeconds: number },
): Promise<Started> {
  const response = await fetch(`${engine.url}/api/v1/flows/${flow}/runs?wait=${waitSeconds}`, {
    method: "POST",
    headers: { authorization: `Bearer ${engine.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ input: await withMoments(engine, input), ...(contact ? { contact } : {}) }),
  });
  const reply = { status: response.status, body: await response.json() };
  return { runId: response.headers.get("x-run-id"), call: null, requests: [], reply };
}

/** The message is sent, its statuses have come, and the flow is one that they may start. */
async function startStatus(engine: TestEngine, flow: string, message: Row): Promise<Started> {
  const { url, apiKey, twilio, meta } = engine;
  const before = await newestRun(engine, flow);
  const response = await fetch(`${url}/api/v1/messages`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(message),
  });
  const reply = { status: response.status, body: await response.json() };
  await Promise.all([twilio.idle(), meta.idle()]);
  const last = await newestRun(engine, flow);
  return { ...SILENT, runId: last === before ? null : last, reply };
}

async function runOf(
  { connection }: TestEngine,
  table: "calls" | "messages",
  ref: string,
): Promise<string | null> {
  const [row] = await inspect<{ run_id: string | null }>(
    connection,
    `select run_id from ${table} where provider_ref = $1`,
    [ref],
  );
  return row?.run_id ?? null;
}

async function settle(engine: TestEngine, started: Started, before: Balances): Promise<SimulationReport> {
  const { app, tenantId } = engine;
  await rest(engine, started.runId);
  return reportRun(app, tenantId, started.runId, started.call, before);
}

async function rowsOf({ connection }: TestEngine, runId: string | null): Promise<Played["rows"]> {
  const [interactions] = await inspect<Row>(connection, "select * from interactions where run_id = $1", [
    runId,
  ]);
  const [calls] = await inspect<Row>(connection, "select * from calls where run_id = $1", [runId]);
  return { interactions, calls };
}

/** Tables in which a text is found. */
async function rowsWith({ connection }: TestEngine, text: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const table of ["runs", "journal", "effects", "inbox", "waits", "calls", "interactions", "messages"]) {
    const rows = await inspect(connection, `select 1 from ${table} t where t::text like $1 limit 1`, [
      `%${text}%`,
    ]);
    if (rows.length > 0) found.push(table);
  }
  return found;
}

function newEntries({ twilio, meta }: TestEngine, seen: { twilio: number; meta: number }): Played["vendor"] {
  const entries = [
    ...twilio
      .ledger()
      .slice(seen.twilio)
      .map((entry) => ({ ...entry, provider: "twilio" })),
    ...meta
      .ledger()
      .slice(seen.meta)
      .map((entry) => ({ ...entry, provider: "meta" })),
  ];
  return entries
    .filter(({ kind }) => ["message", "lookup", "verification", "email", "payment"].includes(kind))
    .map((entry) => ({ ...entry, files: filesOf(entry) }))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Files the vendor got from this server for a message. */
function filesOf({ details }: LedgerEntry): readonly { readonly type: string }[] {
  const files = Array.isArray(details?.files) ? details.files : [];
  return files.map((file) => ({ type: String((file as Row).type) }));
}

function verbsOf({ body }: CallRequest): readonly string[] {
  const reading = parseTwiml(body);
  return reading.ok ? reading.verbs.map(({ name }) => name) : [`not TwiML: ${body}`];
}

// ------------------------------------------------------------------------------------------------ then

/** Compares all that is named, and says all that differs, each with the whole story. */
function compare(then: Then, played: Played): void {
  const story = `\n${storyOf(played)}`;
  const same = (what: string, actual: unknown, expected: unknown): void => {
    if (expected !== undefined) expect.soft(actual, what + story).toEqual(expected);
  };
  same("the run", played.run && then.run ? picked(played.run, then.run) : played.run, then.run);
  same(
    "the path through the flow",
    played.steps.map(({ nodeId }) => nodeId),
    then.path,
  );
  same("what the vendors accepted", pickedEach(played.vendor, then.vendor), then.vendor);
  for (const [node, fields] of Object.entries(then.outputs ?? {}))
    expect.soft(outputOf(played, node), `what ${node} gave${story}`).toMatchObject(fields);
  same(
    "whom the call was passed to",
    played.call?.dialed.map(({ to, status }) => ({ to, status })),
    then.dialed,
  );
  same("the calls it placed", pickedCalls(played.placed, then.calls), then.calls);
  same("the messages on record", pickedEach(played.messages, then.messages), then.messages);
  same("the credits", spent(played), then.credits);
  same("the verbs of each answer", played.requests, then.requests);
  same("the reply's status", played.reply?.status, then.reply?.status);
  if (then.reply?.body) expect.soft(played.reply?.body, `the reply${story}`).toMatchObject(then.reply.body);
  for (const [table, row] of Object.entries(then.rows ?? {}))
    expect.soft(played.rows[table], `the row in ${table}${story}`).toMatchObject(row);
  const spoken = played.call?.spoken ?? [];
  same("words never said, or not in this order", firstUnsaid(spoken, then.spoken ?? []), null);
  for (const words of then.notSpoken ?? [])
    expect.soft(spoken.join("\n"), `what must not be said${story}`).not.toContain(words);
}

/** Each entry with the fields its expectation names; one that is not expected, as it is. */
function pickedEach(actual: readonly object[], expected: readonly object[] | undefined): readonly object[] {
  return actual.map((entry, index) => picked(entry, expected?.[index] ?? entry));
}

function picked(actual: object, expected: object): object {
  return Object.fromEntries(
    Object.entries(expected).map(([field, wanted]) =>
      field === "bodyContains" ? [field, containing(actual, wanted)] : [field, Reflect.get(actual, field)],
    ),
  );
}

/** The words looked for where they are somewhere in what was sent, else all of it. */
function containing(actual: object, words: unknown): unknown {
  const sent = JSON.stringify(actual);
  return sent.includes(String(words)) ? words : sent;
}

function outputOf({ steps }: Played, node: string): unknown {
  return steps.findLast(({ nodeId }) => nodeId === node)?.output ?? {};
}

/** Placed calls with the fields their expectation names; of what was said, the words looked for. */
function pickedCalls(actual: readonly PlacedCall[], expected: Then["calls"]): readonly object[] {
  return actual.map((call, index) => {
    const wanted = expected?.[index];
    const { spoken, ...fields } = picked(call, wanted ?? call) as Partial<PlacedCall>;
    if (!wanted?.spoken) return fields;
    return {
      ...fields,
      spoken: firstUnsaid(call.spoken, wanted.spoken) === null ? wanted.spoken : call.spoken,
    };
  });
}

function spent({ credits }: Played): Record<string, number> {
  const changes = Object.entries(credits).map(
    ([meter, { before, after }]) => [meter, (after ?? 0) - (before ?? 0)] as const,
  );
  return Object.fromEntries(changes.filter(([, change]) => change !== 0));
}

function firstUnsaid(spoken: readonly string[], expected: readonly string[]): string | null {
  let from = 0;
  for (const words of expected) {
    const at = spoken.findIndex((said, index) => index >= from && said.includes(words));
    if (at < 0) return words;
    from = at;
  }
  return null;
}

/** The run step by step, for whoever has to find out why it went another way. */
function storyOf({ steps, run, call, placed, reply }: Played): string {
  return [
    ...steps.map(({ nodeId, port, output }) => `  ${nodeId} → ${port ?? "end"} ${JSON.stringify(output)}`),
    `  run: ${JSON.stringify(run)}`,
    ...(call ? call.spoken.map((words) => `  heard: ${words}`) : []),
    ...placed.flatMap(({ to, status, spoken, errors }) => [
      `  placed: ${to} ${status}`,
      ...errors.map(({ code, message }) => `    error ${code}: ${message}`),
      ...spoken.map((words) => `    heard: ${words}`),
    ]),
    ...(reply ? [`  reply: ${JSON.stringify(reply)}`] : []),
  ].join("\n");
}
