/**
 * Sockets of steps that sleep: who may come in, what is kept of them, and how a question gets to the step and its answer back.
 *
 *   V6 one party opens the socket of one step, with the token the step gave it; the first time within two minutes.
 *   V7 the latest connection speaks; those before it are closed, and can write nothing any more.
 *   V8 a question is a delivery of its own number: told twice, from two connections or processes, it is answered once.
 *   V9 an answer is kept before the step sleeps again, so it is found by whoever goes on.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "../core/json.ts";
import { newId } from "../ids.ts";
import type { Admission, AskedQuestion, SocketQuestion, SocketSession } from "../plugin-api.ts";
import { tenantOfRun } from "../store/runs.ts";
import {
  openSocket,
  readSocket,
  type SocketRow,
  saveSocket,
  socketAnswer,
} from "../store/socket-sessions.ts";
import { deliveryHash } from "./delivery-hash.ts";
import type { Engine } from "./engine.ts";
import type { Runtime } from "./runtime.ts";
import type { Listener } from "./socket-listeners.ts";
import { PURPOSE } from "./sockets-view.ts";

// An answer made in another process is found by looking.
const LOOK_EVERY_MS = 300;

/** The step a socket asks for. */
export interface SocketStep {
  readonly tenantId: string;
  readonly row: SocketRow;
}

/** [V6] Null where nobody expects a socket there. */
export async function findSocket(
  runtime: Runtime,
  path: string,
  stepKey: string,
): Promise<SocketStep | null> {
  const [runId = ""] = stepKey.split(":", 1);
  const tenantId = await tenantOfRun(runtime.db, runId);
  if (tenantId === null) return null;
  const row = await runtime.db.asTenant(tenantId, (scope) => readSocket(scope, stepKey));
  return row?.path === path && !row.is_over ? { tenantId, row } : null;
}

/** [V6, V7] */
export async function admitTo(
  runtime: Runtime,
  engine: Engine,
  { tenantId, row }: SocketStep,
  visitor: { readonly token: string; readonly party: string },
  replaced: () => void,
): Promise<Admission & { readonly leave?: () => void }> {
  const stepKey = row.step_key;
  if (!runtime.keys.verify(PURPOSE, stepKey, visitor.token)) return { ok: false, reason: "token" };
  if (visitor.party !== row.party) return { ok: false, reason: "party" };
  const opened = await runtime.db.asTenant(tenantId, (scope) => openSocket(scope, stepKey));
  if (!opened) return { ok: false, reason: "over" };
  const listener: Listener = { epoch: opened.epoch, questions: new Map(), replaced };
  runtime.sockets.set(stepKey, listener);
  const session = sessionOf(runtime, engine, { tenantId, row: opened }, listener);
  const leave = () => {
    runtime.sockets.forget(stepKey, listener);
    for (const { answered } of listener.questions.values()) answered(null);
  };
  return { ok: true, session, leave };
}

function sessionOf(runtime: Runtime, engine: Engine, step: SocketStep, listener: Listener): SocketSession {
  const { tenantId, row } = step;
  return {
    plan: row.plan,
    state: row.state,
    save: (state, { isOver }) =>
      runtime.db.asTenant(tenantId, (scope) =>
        saveSocket(scope, { stepKey: row.step_key, epoch: listener.epoch, state, isOver }),
      ),
    ask: (question) => askStep(runtime, engine, step, listener, question),
  };
}

/** [V8] */
function askStep(
  runtime: Runtime,
  engine: Engine,
  { tenantId, row }: SocketStep,
  { questions }: Listener,
  question: SocketQuestion,
): AskedQuestion {
  const { number, event, output } = question;
  const { promise, resolve } = Promise.withResolvers<JsonObject | null>();
  const cut = new AbortController();
  questions.set(number, { hears: question.hears, cut, answered: resolve });
  const stepKey = row.step_key;
  const asked = engine.resume({
    tenantId,
    key: `step:${stepKey}`,
    event,
    output: { ...output, question: number },
    delivery: {
      id: newId("delivery"),
      source: "socket",
      hash: deliveryHash("socket", tenantId, `${stepKey} ${number}`),
    },
    via: null,
    keep: true,
    runId: row.run_id,
  });
  const answer = Promise.race([
    promise,
    answeredElsewhere(runtime, { tenantId, stepKey, number }, asked, promise),
  ]);
  return { answer: answer.finally(() => questions.delete(number)), cut: () => cut.abort() };
}

/** [V9] Looks for an answer until there is one here, too, or nobody left to give it. */
async function answeredElsewhere(
  { db, settings }: Runtime,
  {
    tenantId,
    stepKey,
    number,
  }: { readonly tenantId: string; readonly stepKey: string; readonly number: number },
  asked: ReturnType<Engine["resume"]>,
  here: Promise<JsonObject | null>,
): Promise<JsonObject | null> {
  const taken = await asked;
  const heard = here.then(() => true);
  for (;;) {
    const known = await db.asTenant(tenantId, (scope) => socketAnswer(scope, stepKey, number));
    if (known !== null || taken.kind === "ignored" || settings.stopping.aborted) return known;
    if (await Promise.race([heard, sleep(LOOK_EVERY_MS, false)])) return here;
  }
}
