import type { FlowNode } from "../../engine/core/flow.ts";
import { fieldOf } from "../../engine/core/plain-data.ts";
import { plainText } from "../model/plain-text.ts";
import { renderPreview } from "../model/preview.ts";
import type { RunRecord } from "./run-record.ts";
import type { Visit } from "./timeline.ts";

/** What a voice step says aloud, by type: where it stands in its parameters. The journal has no words of its own for it. */
const SAID_AT: Readonly<Record<string, string>> = {
  "twilio.say": "text",
  "twilio.gather": "prompt.text",
  "twilio.voicemail": "prompt.text",
  "stores.menu": "intro",
};

/** What was said to the caller at a visit, filled in with what the run knew by then; null: nothing that is known. */
export function saidAt(
  visit: Visit,
  node: FlowNode | undefined,
  run: RunRecord,
  visits: readonly Visit[],
): string | null {
  const path = SAID_AT[visit.type];
  if (path === undefined || !node) return null;
  const template = path.split(".").reduce<unknown>(fieldOf, node.data.params);
  if (typeof template !== "string" || template.trim() === "") return null;
  const { text, errors } = renderPreview(template, knownBefore(visit, run, visits));
  return errors.length > 0 || text.trim() === "" ? plainText(template) : text.trim();
}

function knownBefore(visit: Visit, run: RunRecord, visits: readonly Visit[]) {
  const before = visits.slice(0, visit.order - 1);
  const assigned = before.filter(({ type }) => type === "core.set").map(({ output }) => output ?? {});
  return {
    trigger: run.input,
    store: before.reduce<unknown>((store, { output }) => fieldOf(output, "store") ?? store, run.input.store),
    contact: { phone: run.contact, name: run.contactName },
    steps: Object.fromEntries(before.map(({ nodeId, output }) => [nodeId, output ?? {}])),
    vars: Object.assign({}, run.vars, ...assigned),
  };
}

export interface Heard {
  readonly kind: "pressed" | "said";
  readonly text: string;
}

/** What the caller answered at a visit. */
export function heardAt({ output, type }: Pick<Visit, "output" | "type">): Heard | null {
  const digits = fieldOf(output, "digits");
  if (typeof digits === "string" && digits !== "") return { kind: "pressed", text: digits };
  const speech = fieldOf(output, "speech") ?? (type === "twilio.voicemail" ? fieldOf(output, "text") : null);
  return typeof speech === "string" && speech !== "" ? { kind: "said", text: speech } : null;
}
