import type { NodeContext } from "../../../engine/plugin-api.ts";
import { badInput } from "../bad-input.ts";
import { type TwimlPart, verb } from "../twiml.ts";
import type { EnqueueParams } from "./params.ts";
import { waitUrl } from "./wait-url.ts";

const MAX_ATTRIBUTES = 4096;

/** The Enqueue of a step. @throws AppError PARAMS_INVALID for a queue or workflow that cannot be */
export function enqueueVerb(ctx: NodeContext, params: EnqueueParams): TwimlPart {
  const url = waitUrl(ctx, params);
  const attrs = {
    action: ctx.urls.step("twilio/voice/step"),
    method: "POST",
    waitUrl: url,
    waitUrlMethod: url === undefined ? undefined : "POST",
  };
  if (params.target === "queue")
    return verb(
      "Enqueue",
      { ...attrs, maxQueueSize: params.maxSize === 100 ? undefined : params.maxSize },
      { text: queueName(ctx, params) },
    );
  const task = verb(
    "Task",
    { priority: params.priority, timeout: params.taskTimeoutSeconds },
    { text: taskAttributes(ctx, params) },
  );
  return verb("Enqueue", { ...attrs, workflowSid: workflowSid(ctx, params) }, { children: [task] });
}

function queueName(ctx: NodeContext, { queue }: EnqueueParams): string {
  const name = queue?.trim();
  if (name) return name;
  throw badInput(ctx, {
    en: "The queue has no name; one such as ventas is expected.",
    es: "La cola no tiene nombre; se espera uno como ventas.",
  });
}

function workflowSid(ctx: NodeContext, params: EnqueueParams): string {
  const sid = params.workflowSid?.trim() ?? "";
  if (/^WW[0-9a-f]{32}$/i.test(sid)) return sid;
  throw badInput(
    ctx,
    {
      en: `"${sid}" is no TaskRouter workflow; WW and 32 hex digits are expected.`,
      es: `«${sid}» no es un workflow de TaskRouter; se esperan WW y 32 dígitos hexadecimales.`,
    },
    { workflowSid: sid },
  );
}

function taskAttributes(ctx: NodeContext, params: EnqueueParams): string {
  const text = params.taskAttributes?.trim() || "{}";
  if (text.length <= MAX_ATTRIBUTES && isObject(text)) return text;
  throw badInput(
    ctx,
    {
      en: `The task's attributes are no JSON object of at most ${MAX_ATTRIBUTES} characters.`,
      es: `Los atributos de la tarea no son un objeto JSON de ${MAX_ATTRIBUTES} caracteres como máximo.`,
    },
    { taskAttributes: text },
  );
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
