import {
  AppError,
  defineNode,
  type EffectOutcome,
  type FetchAnswer,
  type Json,
  type NodeContext,
  next,
  retryAfterMs,
  Type,
} from "../../../engine/plugin-api.ts";
import { type HttpAuth, missingFields } from "../credentials.ts";
import { buildRequest, type PreparedRequest } from "../prepared-request.ts";
import { RequestBody } from "../request-body.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] as const;

const Params = Type.Object(
  {
    method: Type.Optional(
      Type.Enum(METHODS, { default: "GET", title: "Method", "x-es": { title: "Método" } }),
    ),
    url: Type.String({
      minLength: 1,
      title: "Address",
      description: "Starts with https:// or http://. Private addresses are refused.",
      "x-es": {
        title: "Dirección",
        description: "Empieza por https:// o http://. No se admiten direcciones privadas.",
      },
    }),
    headers: Type.Optional(
      Type.Record(Type.String({ pattern: "^[A-Za-z0-9-]+$" }), Type.String({ pattern: "^[^\\r\\n]*$" }), {
        title: "Headers",
        "x-widget": "pairs",
        "x-es": { title: "Cabeceras" },
      }),
    ),
    query: Type.Optional(
      Type.Record(Type.String(), Type.Unsafe<Json>({}), {
        title: "Query",
        description: "Added to the address; a list repeats the name, an empty value leaves it out.",
        "x-widget": "pairs",
        "x-es": {
          title: "Parámetros",
          description: "Se añaden a la dirección; una lista repite el nombre y un valor vacío lo omite.",
        },
      }),
    ),
    auth: Type.Optional(
      Type.String({
        title: "Credential",
        description: "Password, token, header or signature to show; empty: none.",
        "x-options": "credentials:http.auth",
        "x-es": {
          title: "Credencial",
          description: "Contraseña, token, cabecera o firma que se presenta; vacío: nada.",
        },
      }),
    ),
    body: Type.Optional(RequestBody),
    timeoutMs: Type.Optional(
      Type.Integer({
        minimum: 100,
        maximum: 60_000,
        default: 10_000,
        title: "Time limit (ms)",
        "x-group": "advanced",
        "x-es": { title: "Tiempo límite (ms)" },
      }),
    ),
    repeatable: Type.Optional(
      Type.Boolean({
        default: false,
        title: "Safe to repeat",
        description: "The other side takes the same request twice without harm. GET and HEAD always are.",
        "x-group": "advanced",
        "x-es": {
          title: "Se puede repetir",
          description:
            "El otro lado admite la misma petición dos veces sin daño. GET y HEAD siempre se pueden repetir.",
        },
      }),
    ),
  },
  { additionalProperties: false },
);

const Answer = Type.Object({
  status: Type.Integer({ title: "Status", "x-es": { title: "Estado" } }),
  headers: Type.Record(Type.String(), Type.String(), {
    title: "Headers",
    description: "Names in lower case.",
    "x-es": { title: "Cabeceras", description: "Nombres en minúsculas." },
  }),
  body: Type.Unsafe<Json>({
    title: "Body",
    description: "The answer as data when it is JSON, else empty.",
    "x-es": { title: "Cuerpo", description: "La respuesta como datos si es JSON; si no, vacío." },
  }),
  text: Type.String({
    title: "Text",
    description: "The answer as it came.",
    "x-es": { title: "Texto", description: "La respuesta tal como llegó." },
  }),
});

export default defineNode({
  type: "http.request",
  version: 1,
  title: { en: "Web request", es: "Petición web" },
  help: {
    en: "Calls another system over HTTP and goes on by how it answered: success (2xx, 3xx), client_error (4xx), server_error (5xx) or timeout. Requests that change something are sent once and carry an Idempotency-Key, unless marked safe to repeat. A 429 that says when to come again is tried again then.",
    es: "Llama a otro sistema por HTTP y sigue según la respuesta: success (2xx, 3xx), client_error (4xx), server_error (5xx) o timeout. Las peticiones que cambian algo se envían una sola vez y llevan Idempotency-Key, salvo que se marquen como repetibles. Un 429 que dice cuándo volver se reintenta entonces.",
  },
  family: "data",
  icon: "world-www",
  params: Params,
  outputs: {
    success: Answer,
    client_error: Answer,
    server_error: Answer,
    timeout: Type.Object({
      inDoubt: Type.Boolean({
        title: "In doubt",
        description: "True when the request left and nobody knows whether it was carried out.",
        "x-es": {
          title: "En duda",
          description: "Verdadero si la petición salió y no se sabe si se cumplió.",
        },
      }),
    }),
  },
  ports: ["success", "client_error", "server_error", "timeout"],
  effect: "repeatable",
  credential: "http.auth",
  example: {
    title: { en: "Ask the ERP for a customer", es: "Pedir un cliente al ERP" },
    params: { method: "GET", url: "https://erp.example/customers", query: { phone: "{{ contact.phone }}" } },
  },
  run: async function httpRequest(ctx, params) {
    const auth = params.auth ? await openAuth(ctx, params.auth) : null;
    const request = buildRequest({
      ...params,
      method: params.method ?? "GET",
      auth,
      boundarySeed: ctx.stepKey,
    });
    const safe = params.repeatable === true || request.method === "GET" || request.method === "HEAD";
    return safe ? repeatable(ctx, request) : once(ctx, request);
  },
});

type Result = ReturnType<typeof leave> | ReturnType<typeof timedOut>;

async function repeatable(ctx: NodeContext, request: PreparedRequest): Promise<Result> {
  try {
    return leave(await send(ctx, request, {}));
  } catch (error) {
    if (phaseOf(error) === "timeout") return timedOut(false);
    throw error;
  }
}

async function once(ctx: NodeContext, request: PreparedRequest): Promise<Result> {
  const intent = { kind: "http", provider: "http", to: request.target, details: { method: request.method } };
  const outcome = await ctx.once("request", intent, async ({ effectId }): Promise<EffectOutcome> => {
    const answer = await sendOnce(ctx, request, { "idempotency-key": effectId });
    return {
      state: "accepted",
      ref: effectId,
      status: "delivered",
      data: { ...answer, headers: { ...answer.headers } },
    };
  });
  if (outcome.state === "unresolved") return timedOut(true);
  if (outcome.state === "accepted") return leave(answerOf(outcome.data ?? {}));
  throw new AppError(
    "VENDOR_REFUSED",
    `${ctx.nodeId}: ${request.method} ${request.target} was not sent (${outcome.state})`,
    { state: outcome.state },
  );
}

/** Only a failure to connect surely did nothing; after that a repeat might do it twice. */
async function sendOnce(
  ctx: NodeContext,
  request: PreparedRequest,
  extra: Readonly<Record<string, string>>,
): Promise<FetchAnswer> {
  try {
    return await send(ctx, request, extra);
  } catch (error) {
    const phase = phaseOf(error);
    if (phase !== "sent" && phase !== "timeout") throw error;
    const message = `${ctx.nodeId}: ${request.method} ${request.target} left, but no answer came; expected one in time`;
    throw new AppError("EFFECT_IN_DOUBT", message, { phase }, error);
  }
}

/** @throws AppError VENDOR_RATE_LIMITED when the other side says when to come again: it did nothing, and is asked then */
async function send(
  ctx: NodeContext,
  request: PreparedRequest,
  extra: Readonly<Record<string, string>>,
): Promise<FetchAnswer> {
  const { method, url, body, timeoutMs } = request;
  const headers = { ...extra, ...request.headers };
  const answer = await ctx.fetch(url, {
    method,
    headers,
    timeoutMs,
    signal: ctx.signal,
    ...(body === null ? {} : { body }),
  });
  const delayMs = answer.status === 429 ? retryAfterMs(answer.headers["retry-after"], new Date()) : null;
  if (delayMs === null) return answer;
  const message = `${ctx.nodeId}: ${method} ${request.target} was not taken (429); it may be asked again in ${Math.ceil(delayMs / 1000)} s`;
  throw new AppError("VENDOR_RATE_LIMITED", message, { retryAfterMs: delayMs });
}

/** How far a failed request had come; null for anything but FETCH_FAILED. */
function phaseOf(error: unknown): unknown {
  return error instanceof AppError && error.code === "FETCH_FAILED" ? error.details.phase : null;
}

function leave(answer: FetchAnswer) {
  const { status, text } = answer;
  const output = { status, headers: { ...answer.headers }, body: jsonOf(answer), text };
  if (status >= 500) return next("server_error", output);
  if (status >= 400) return next("client_error", output);
  return next("success", output);
}

function timedOut(inDoubt: boolean) {
  return next("timeout", { inDoubt });
}

function jsonOf({ headers, text }: FetchAnswer): Json {
  const type = headers["content-type"] ?? "";
  if (text === "" || !(type === "" || /[/+]json\b/i.test(type))) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The answer as the effect kept it. */
function answerOf(data: Readonly<Record<string, Json>>): FetchAnswer {
  const { status, headers, text } = data;
  const kept = typeof headers === "object" && headers !== null ? Object.entries(headers) : [];
  return {
    status: Number(status),
    headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
    text: typeof text === "string" ? text : "",
  };
}

async function openAuth(ctx: NodeContext, ref: string): Promise<HttpAuth> {
  const auth = await ctx.credential<HttpAuth>("http.auth", ref);
  const missing = missingFields({ ...auth });
  if (missing.length === 0) return auth;
  throw new AppError(
    "CREDENTIAL_MISSING",
    `Credential http.auth "${ref}" is incomplete; expected ${missing.join(", ")}`,
    { credential: "http.auth", missing },
  );
}
