import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { checkFlow } from "../../../engine/core/check-flow.ts";
import { makeEmbedToken, readEmbedToken } from "../../../engine/http/embed-token.ts";
import { parseJson } from "../../../engine/http/json-body.ts";
import { parsePairs } from "../../../engine/http/name-value-pairs.ts";
import { newToken, sessionCookie, tokenIn } from "../../../engine/http/session-cookie.ts";
import type { WebhookDefinition, WebhookRequest } from "../../../engine/plugin-api.ts";
import { callbackTarget, callbackUrl } from "../../../engine/runtime/callbacks.ts";
import { createKeys } from "../../../engine/runtime/sealing.ts";
import { createTemplates } from "../../../engine/runtime/templates.ts";
import meta from "../../../plugins/meta/plugin.ts";
import { parseTwiml } from "../../../plugins/twilio/emulator/twiml-document.ts";
import twilio from "../../../plugins/twilio/plugin.ts";
import { flowCheckTools } from "../../core/flow-check-tools.ts";
import { casesSoFar, counted, json, mangled, refusedOr, text } from "./hostile.ts";

// The same cases every time, so that nobody's change fails for what was there before. To look further:
// FUZZ_SEED=$RANDOM FUZZ_TIMES=20 npx vitest run --project unit test/unit/fuzz
const seed = Number(process.env.FUZZ_SEED ?? 7);
const times = Number(process.env.FUZZ_TIMES ?? 1);
const CASES = 2_000 * times;
// Each of these takes a hundred times as long as a look at a text.
const SLOW_CASES = 500 * times;

afterAll(() => {
  const total = casesSoFar().reduce((sum, [, count]) => sum + count, 0);
  console.info(`fuzz: ${total} cases`, Object.fromEntries(casesSoFar()));
});

function fuzz<T>(parser: string, cases: fc.Arbitrary<T>, check: (input: T) => void, numRuns = CASES): void {
  test(`[S45] ${parser}`, () => {
    fc.assert(
      fc.property(cases, (input) => {
        counted(parser);
        check(input);
      }),
      { numRuns, seed },
    );
  });
}

function fuzzLater<T>(parser: string, cases: fc.Arbitrary<T>, check: (input: T) => Promise<void>): void {
  test(`[S45] ${parser}`, async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (input) => {
        counted(parser);
        await check(input);
      }),
      { numRuns: SLOW_CASES, seed },
    );
  });
}

describe("whatever is sent, these answer or refuse", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((raw) => Buffer.from(raw)),
    text().map(Buffer.from),
    json().map((value) => Buffer.from(JSON.stringify(value) ?? "")),
  );
  fuzz("JSON bodies", bytes, (body) => {
    const value = refusedOr(() => parseJson(body));
    // What is kept as JSON is read again as it was.
    if (value !== null)
      expect(JSON.stringify(parseJson(Buffer.from(JSON.stringify(value))))).toBe(JSON.stringify(value));
  });

  fuzz("forms and queries", fc.oneof(text(), mangled("From=%2B57300&Body=hola&Body=otra")), (form) => {
    const pairs = parsePairs(form);
    expect(Object.getPrototypeOf(pairs)).toBe(Object.prototype);
  });

  const tools = flowCheckTools();
  const flow = JSON.stringify({
    schemaVersion: 1,
    key: "f",
    name: "F",
    settings: {},
    variables: [],
    nodes: [
      { id: "call", type: "test.call", version: 1, position: { x: 0, y: 0 }, data: { params: {} } },
      {
        id: "say",
        type: "test.say",
        version: 1,
        position: { x: 0, y: 0 },
        data: { params: { text: "{{ trigger.call.from }}" } },
      },
    ],
    edges: [{ id: "e", source: "call", sourceHandle: "next", target: "say" }],
  });
  const documents = fc.oneof(json(), mangled(flow).map(asJson));
  fuzz("flows", documents, (document) => {
    for (const { code, message } of checkFlow(document, tools))
      expect([typeof code, typeof message]).toEqual(["string", "string"]);
  });

  const templates = createTemplates();
  const scope = {
    trigger: { a: [1, "x"] },
    steps: {},
    vars: {},
    contact: null,
    tenant: null,
    store: null,
    run: {},
    now: "2026-01-01T00:00:00Z",
  };
  const good =
    "{% if trigger.a[0] > 0 %}{{ trigger.a[1] | upcase | default: 'y' }}{% endif %}{% for i in trigger.a %}{{ i }}{% endfor %}";
  fuzz("templates", fc.oneof(text(), mangled(good)), (source) => {
    refusedOr(() => templates.render(source, scope));
    templates.analyze(source);
  });

  fuzz(
    "TwiML",
    fc.oneof(
      text(),
      mangled(
        '<?xml version="1.0"?><Response><Gather numDigits="1"><Say voice="alice">Hola &amp; adiós</Say></Gather><Hangup/></Response>',
      ),
    ),
    (xml) => {
      const reading = parseTwiml(xml);
      if (!reading.ok) expect([12100, 12102]).toContain(reading.code);
    },
  );
});

describe("a token that was not made by us is nobody's", async () => {
  const keys = createKeys(Buffer.alloc(32, 1));
  const settings = { publicUrl: "https://c.example" };
  const url = callbackUrl({ keys, settings } as Parameters<typeof callbackUrl>[0], {
    runId: `run_${"0".repeat(32)}`,
    nodeId: "wait",
    visit: 1,
  });
  const callback = url.split("/").at(-1) ?? "";
  fuzz("callback tokens", fc.oneof(text(), mangled(callback)), (token) => {
    expect(callbackTarget({ keys }, token) === null).toBe(token !== callback);
  });

  const session = newToken();
  const cookie = sessionCookie(session, "http://c.example");
  fuzz("session cookies", fc.oneof(text(), mangled(cookie)), (header) => {
    expect(tokenIn(header) ?? session).toMatch(/^[\w-]{43}$/);
  });

  const claims = { tenantId: "ten_a", keyId: "key_a", scopes: ["runs:read"], user: null };
  const embed = await makeEmbedToken(keys, claims, 3_600);
  fuzzLater("embed tokens", fc.oneof(text(), mangled(embed)), async (token) => {
    const read = await readEmbedToken(keys, token);
    // The last character of base64 has bits that say nothing, so a token may be written in more than one way; never say other things.
    if (read !== null) expect(read).toEqual(claims);
  });
});

describe("webhooks", () => {
  const names = [
    "From",
    "To",
    "Body",
    "MessageSid",
    "CallSid",
    "AccountSid",
    "CallStatus",
    "MessageStatus",
    "NumMedia",
    "MediaUrl0",
    "Latitude",
    "Longitude",
    "Digits",
    "SpeechResult",
    "RecordingUrl",
    "DialCallStatus",
    "QueueTime",
    "OptOutType",
    "ErrorCode",
    "Price",
  ];
  const forms = fc.dictionary(
    fc.oneof(fc.constantFrom(...names), text()),
    fc.oneof(text(), fc.array(text(), { maxLength: 3 })),
    { maxKeys: 24 },
  );
  const requests = fc.record({
    form: forms,
    params: fc.dictionary(fc.constantFrom("effectId", "stepKey", "name", "key"), text()),
    query: forms,
  });
  const all: readonly WebhookDefinition[] = twilio.webhooks ?? [];
  fuzz(
    "Twilio's webhooks",
    fc.tuple(fc.constantFrom(...all), requests),
    ([webhook, { form, params, query }]) => {
      const rawBody = Buffer.from(JSON.stringify(form));
      const request: WebhookRequest = {
        method: "POST",
        url: "https://c.example/hooks/x",
        params,
        query,
        headers: {},
        rawBody,
        form,
      };
      expect(Array.isArray(refusedOr(() => webhook.parse(request)) ?? [])).toBe(true);
    },
  );

  const [hook] = meta.webhooks ?? [];
  const fields = [
    "messages",
    "message_template_status_update",
    "account_update",
    "phone_number_quality_update",
    "user_preferences",
    "flows",
    "",
  ];
  const message = { from: "573001", id: "wamid.x", timestamp: "1", type: "text", text: { body: "hola" } };
  const change = fc.record({
    field: fc.constantFrom(...fields),
    value: fc.oneof(
      json(),
      fc.record({
        metadata: json(),
        messages: fc.array(fc.oneof(json(), mangled(JSON.stringify(message)).map(asJson))),
        statuses: json(),
        contacts: json(),
      }),
    ),
  });
  const bodies = fc.record({
    object: fc.constantFrom("whatsapp_business_account", "page"),
    entry: fc.oneof(
      json(),
      fc.array(
        fc.record({
          id: json(),
          time: json(),
          changes: fc.array(fc.oneof(change, json()), { maxLength: 3 }),
        }),
        { maxLength: 3 },
      ),
    ),
  });
  fuzz("Meta's webhook", fc.oneof(bodies, json()), (body) => {
    const rawBody = Buffer.from(JSON.stringify(body) ?? "");
    const request: WebhookRequest = {
      method: "POST",
      url: "https://c.example/hooks/meta",
      params: {},
      query: {},
      headers: {},
      rawBody,
      form: null,
    };
    expect(Array.isArray(refusedOr(() => hook?.parse(request)) ?? [])).toBe(true);
  });
});

describe("[S45] what was found", () => {
  test("a number beyond all numbers is refused, for it would be kept as null", () => {
    expect(() => parseJson(Buffer.from('{"a":1e999}'))).toThrow(
      expect.objectContaining({ code: "BODY_MALFORMED" }),
    );
  });

  test("an instruction that does not end is no document, though the validator takes it for one", () => {
    expect(parseTwiml("<?' or 1=1 --xml?><Response/>")).toMatchObject({ ok: false, code: 12100 });
  });

  test("a moment no calendar has is none, and the change is read", () => {
    const change = { field: "messages", value: {} };
    const body = { object: "whatsapp_business_account", entry: [{ id: "1", time: 9e12, changes: [change] }] };
    const rawBody = Buffer.from(JSON.stringify(body));
    const request = { method: "POST", url: "", params: {}, query: {}, headers: {}, rawBody, form: null };
    expect(Array.isArray(meta.webhooks?.[0]?.parse(request))).toBe(true);
  });
});

/** As JSON where it still is some. */
function asJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return source;
  }
}
