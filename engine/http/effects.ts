import { Type } from "typebox";
import type { JsonObject } from "../core/json.ts";
import { AppError } from "../errors.ts";
import type { Engine } from "../runtime/engine.ts";
import { resolveByHand } from "../runtime/resolve.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type EffectRecord, listEffectsIn, readEffect } from "../store/effect-list.ts";
import { At, Limit, RunId } from "./fields.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const tag = "Effects";
const strict = { additionalProperties: false } as const;
const EffectId = Type.String({ pattern: "^eff_[0-9a-f]{32}$", description: "Id of an outside effect." });
const IdParams = Type.Object({ id: EffectId });
const NullableText = Type.Union([Type.String(), Type.Null()]);
const NullableAt = Type.Union([At, Type.Null()]);

const ListQuery = Type.Object(
  {
    state: Type.Optional(
      Type.Enum(["in_doubt", "unresolved", "planned", "sending", "retrying"], {
        default: "in_doubt",
        description: "What is settled for certain is listed with its run.",
      }),
    ),
    run: Type.Optional(RunId),
    provider: Type.Optional(Type.String({ maxLength: 64 })),
    channel: Type.Optional(Type.Enum(["sms", "whatsapp", "voice"])),
    cursor: Type.Optional(EffectId),
    limit: Type.Optional(Limit),
  },
  strict,
);

const EffectSchema = Type.Object({
  id: EffectId,
  runId: Type.String(),
  runOpen: Type.Boolean({ description: "Its run is not over; it may still be sent again." }),
  stepKey: Type.String(),
  part: Type.String(),
  kind: Type.String(),
  provider: Type.String(),
  channel: NullableText,
  from: NullableText,
  to: NullableText,
  body: NullableText,
  state: Type.String(),
  status: NullableText,
  ref: NullableText,
  attempts: Type.Integer(),
  resends: Type.Integer({ description: "Sends that may have doubled an earlier one." }),
  createdAt: At,
  sentAt: At,
  leavesAt: Type.Union([At, Type.Null()], { description: "Of a planned one: when its sender may send it." }),
  settledAt: NullableAt,
  ageMs: Type.Integer({ description: "Milliseconds since it was last sent." }),
  policy: Type.Enum(["give-up", "resend"], { description: "What is done when nobody can tell." }),
  evidence: Type.Object({
    lastError: Type.Union([Type.String(), Type.Null()], {
      description: "Why it is in doubt or tried again.",
    }),
    lookedBy: Type.Union([Type.String(), Type.Null()], { description: "How it was looked for: `list-api`." }),
    lookedAt: NullableText,
    lookups: Type.Integer(),
    lookupError: NullableText,
    graceEndsAt: Type.Union([Type.String(), Type.Null()], {
      description: "Of one in doubt: until then evidence is waited for at most.",
    }),
  }),
});

const ResolveBody = Type.Object(
  {
    outcome: Type.Enum(["accepted", "refused", "resend"], {
      description:
        "`accepted`: the vendor took it; it is charged. `refused`: it did not; its credits go back. `resend`: send it again, though it may come twice.",
    }),
    ref: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: "The vendor's id of it, where it is known." }),
    ),
    note: Type.String({ minLength: 1, maxLength: 2000, description: "How you know; kept in the audit log." }),
  },
  strict,
);

/** Outside effects whose outcome is open, and settling those in doubt. */
export function effectRoutes(runtime: Runtime, engine: Engine): readonly Route[] {
  return [listRoute(runtime), readRoute(runtime), resolveRoute(runtime, engine)];
}

function listRoute({ db, settings }: Runtime): Route {
  return route({
    id: "listEffects",
    method: "get",
    path: "/api/v1/effects",
    tag,
    summary: "Outside effects whose outcome is open, oldest first",
    scope: "runs:read",
    query: ListQuery,
    responses: { 200: { description: "A page of effects.", schema: pageSchema(EffectSchema) } },
    errors: ["INPUT_INVALID"],
    async handler({ caller, query }) {
      const { cursor = null, limit = 50, state = "in_doubt", ...filter } = query;
      const rows = await db.asTenant(caller.tenantId, (scope) =>
        listEffectsIn(scope, { ...filter, state, after: cursor, limit: limit + 1 }),
      );
      const view = (row: EffectRecord) => effectView(row, settings.doubtGraceMs);
      return json(
        200,
        pageOf(rows, limit, (row) => row.id, view),
      );
    },
  });
}

function readRoute(runtime: Runtime): Route {
  return route({
    id: "readEffect",
    method: "get",
    path: "/api/v1/effects/:id",
    tag,
    summary: "An outside effect and what is known of it",
    scope: "runs:read",
    params: IdParams,
    responses: { 200: { description: "The effect.", schema: EffectSchema } },
    errors: ["NOT_FOUND"],
    handler: async ({ caller, params }) => json(200, await effectOf(runtime, caller.tenantId, params.id)),
  });
}

function resolveRoute(runtime: Runtime, engine: Engine): Route {
  return route({
    id: "resolveEffect",
    method: "post",
    path: "/api/v1/effects/:id/resolve",
    tag,
    summary: "Settle an effect in doubt by hand; it is written down who did",
    scope: "effects:resolve",
    params: IdParams,
    body: ResolveBody,
    responses: { 200: { description: "The effect as it is now.", schema: EffectSchema } },
    errors: ["NOT_FOUND", "EFFECT_SETTLED", "RUN_ENDED", "INPUT_INVALID"],
    async handler({ caller, params, body }) {
      const { tenantId, by } = caller;
      const { outcome, ref = null, note } = body;
      if (ref !== null && outcome !== "accepted")
        throw new AppError(
          "INPUT_INVALID",
          `ref names what the vendor took; it goes with accepted, not ${outcome}.`,
        );
      const wish = { tenant: tenantId, effectId: params.id, outcome, ref, note, actor: by };
      await resolveByHand(runtime, engine, wish);
      return json(200, await effectOf(runtime, tenantId, params.id));
    },
  });
}

/** @throws AppError NOT_FOUND */
async function effectOf({ db, settings }: Runtime, tenantId: string, id: string) {
  const row = await db.asTenant(tenantId, (scope) => readEffect(scope, id));
  if (!row) throw new AppError("NOT_FOUND", `There is no effect ${id}.`);
  return effectView(row, settings.doubtGraceMs);
}

function effectView(row: EffectRecord, graceMs: number) {
  const { id, part, kind, provider, channel, body, state, status, ref, attempts, resends, evidence } = row;
  const inDoubt = state === "in_doubt";
  return {
    id,
    runId: row.run_id,
    runOpen: row.run_open,
    stepKey: row.step_key,
    part,
    kind,
    provider,
    channel,
    from: row.sender,
    to: row.recipient,
    body,
    state,
    status,
    ref,
    attempts,
    resends,
    createdAt: row.created_at,
    sentAt: row.sent_at,
    leavesAt: row.leave_at,
    settledAt: row.settled_at,
    ageMs: Math.max(0, Math.round(row.age_ms)),
    policy: row.on_doubt,
    evidence: {
      lastError: lastErrorOf(row),
      lookedBy: textOf(evidence, "lookedBy"),
      lookedAt: textOf(evidence, "lookedAt"),
      lookups: Number(evidence.lookups ?? 0),
      lookupError: textOf(evidence, "lookupError"),
      graceEndsAt: inDoubt ? new Date(row.sent_at.getTime() + graceMs).toISOString() : null,
    },
  };
}

/** A run that died while sending left no words. */
function lastErrorOf({ state, evidence, outcome }: EffectRecord): string | null {
  const stored = state === "retrying" ? outcome && textOf(outcome, "message") : null;
  return textOf(evidence, "error") ?? stored;
}

function textOf(data: JsonObject, name: string): string | null {
  const value = data[name];
  return typeof value === "string" ? value : null;
}
