import { createHash } from "node:crypto";
import { AppError } from "../errors.ts";
import type { HttpAnswer } from "../plugin-api.ts";
import type { Keys } from "../runtime/sealing.ts";
import type { Database } from "../store/database.ts";
import { claimAnswer, dropAnswer, keepAnswer } from "../store/kept-answers.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { ApiRequest, ScopedRoute } from "./route.ts";
import { ANY_PERSON } from "./scopes.ts";

type Asked = ApiRequest<unknown, unknown, unknown>;

/** Answers a change, or says again what it was answered under the same Idempotency-Key within a day. */
export type AnswerOnce = (
  route: ScopedRoute,
  request: Asked,
  act: () => Promise<HttpAnswer>,
) => Promise<HttpAnswer>;

const HEADER = "Idempotency-Key";
const MAX_KEY = 255;

/**
 * Routes that start something outside have the key in their own records and are left alone. For all others the answer is kept,
 * sealed, since some show a secret once. A refusal is not kept: nothing was done.
 */
export function createAnswerOnce({ db, keys }: { readonly db: Database; readonly keys: Keys }): AnswerOnce {
  return async (route, request, act) => {
    const key = request.headers["idempotency-key"];
    if (key === undefined || !isKept(route)) return act();
    if (key === "" || key.length > MAX_KEY)
      throw new AppError(
        "INPUT_INVALID",
        `${HEADER} has ${key.length} characters; expected 1 to ${MAX_KEY}.`,
      );
    const { by, tenantId } = request.caller;
    const name = { caller: by, key };
    const place = { tenantId, table: "kept_answers", row: `${by}/${key}` };
    const asked = digestOf(route, request);
    const kept = await db.asTenant(tenantId, (scope) => claimAnswer(scope, name, asked));
    if (kept) {
      const again = keptAnswer(kept.asked === asked, kept.answer && keys.open(place, kept.answer));
      return { ...again, headers: { ...again.headers, "idempotent-replayed": "true" } };
    }
    const answer = await act().catch(async (error: unknown) => {
      await db.asTenant(tenantId, (scope) => dropAnswer(scope, name));
      throw error;
    });
    const { status, headers, body } = answer;
    const sealed = keys.seal(place, { status, headers: { ...headers }, body });
    await db.asTenant(tenantId, (scope) => keepAnswer(scope, name, sealed));
    return answer;
  };
}

/** What is about a session itself ends or changes it: nothing to say again. */
function isKept({ method, headers, scope }: ScopedRoute): boolean {
  return method !== "get" && !headers?.[HEADER] && scope !== ANY_PERSON;
}

function keptAnswer(isSame: boolean, answer: object | null): HttpAnswer {
  if (!isSame)
    throw new AppError(
      "IDEMPOTENCY_CONFLICT",
      `This ${HEADER} was used for something else within a day; use a new one.`,
    );
  if (!answer)
    throw new AppError(
      "IDEMPOTENCY_CONFLICT",
      `What this ${HEADER} asked for is being done; ask again in a moment.`,
    );
  return answer as HttpAnswer;
}

function digestOf({ id }: ScopedRoute, { params, query, body, file }: Asked): string {
  const hash = createHash("sha256").update(canonicalJson([id, params, query, body]));
  return hash.update(file).digest("hex");
}
