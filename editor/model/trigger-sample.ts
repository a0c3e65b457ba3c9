import type { FlowNode } from "../../engine/core/flow.ts";
import { isRecord } from "../../engine/core/plain-data.ts";
import type { Catalogue } from "./catalogue.ts";
import { sampleOf } from "./sample-of.ts";

const PHONE = /^(phone|from|to|telefono|teléfono|mobile|movil|contact)$/i;

/** Data to begin a flow with at this trigger: what its author's schema or the trigger itself says, about this person. */
export function triggerSample(
  trigger: FlowNode,
  catalogue: Catalogue,
  phone: string,
): Record<string, unknown> {
  const own = trigger.data.params.input;
  const schema = isRecord(own) && "properties" in own ? own : catalogue.get(trigger.type)?.outputs.next;
  const sample = sampleOf(schema);
  return isRecord(sample) ? withPhone(sample, phone) : {};
}

function withPhone(sample: Readonly<Record<string, unknown>>, phone: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(sample).map(([name, value]) => [
      name,
      typeof value === "string" && PHONE.test(name)
        ? phone
        : isRecord(value)
          ? withPhone(value, phone)
          : value,
    ]),
  );
}
