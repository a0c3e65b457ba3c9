import type { HttpAnswer, WebhookDefinition } from "../plugin-api.ts";
import { readAnswer } from "../store/deliveries.ts";
import type { Taken } from "./engine.ts";
import { asAnswer } from "./exchanges.ts";
import { type Ingress, mayTouch } from "./ingress-request.ts";

/** The flow's answer; on hold when it takes long; the acknowledgement where no flow answers. */
export async function answerTo(ingress: Ingress, taken: Taken): Promise<HttpAnswer | null> {
  const { definition } = ingress.hook;
  if (taken.kind === "ignored") return closing(definition);
  if (!definition.answer) return null;
  const answer = taken.kind === "kept" ? null : await taken.answered();
  return answer ?? hold(ingress, taken.deliveryId);
}

/** A caller who was put on hold asks again. */
export async function answerLater(ingress: Ingress, deliveryId: string): Promise<HttpAnswer> {
  const { runtime, hook } = ingress;
  const stored = await readAnswer(runtime.db, deliveryId);
  if (!stored || !mayTouch(ingress, stored.tenant)) return closing(hook.definition);
  if (stored.answer) return asAnswer(stored.answer);
  return (
    (await runtime.exchanges.wait(deliveryId, runtime.settings.answerWithinMs)) ?? hold(ingress, deliveryId)
  );
}

function hold(ingress: Ingress, deliveryId: string): HttpAnswer {
  const { definition } = ingress.hook;
  // Any request to this webhook may ask for an answer; what its path names does not matter then.
  const path = definition.path.replaceAll(/:[^/]+/g, "hold");
  return (
    definition.hold?.(`${ingress.runtime.settings.publicUrl}/hooks/${path}?answer=${deliveryId}`) ??
    definition.ack
  );
}

export function closing(definition: WebhookDefinition): HttpAnswer {
  return definition.answer?.({ parts: [], state: "ended", locale: "es" }) ?? definition.ack;
}
