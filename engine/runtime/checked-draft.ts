import type { CheckedMessage, EffectOutcome, MessageDraft, Objection } from "../plugin-api.ts";
import { filesOf, type MessageOnLine } from "./outbound-files.ts";
import type { Runtime } from "./runtime.ts";
import { isObjection, templateOnLine } from "./template-line.ts";

/** A message with what stands against its content, whoever gets it. */
export interface CheckedDraft {
  readonly draft: CheckedMessage;
  readonly objection: Objection | null;
}

/** [L3] [L4] [L10] The message in the words of this line and with what is known of its files. */
export async function checkedDraft(runtime: Runtime, message: MessageOnLine): Promise<CheckedDraft> {
  const checked = await check(runtime, message);
  if ("files" in checked) return { draft: checked, objection: message.adapter.objection?.(checked) ?? null };
  // What has left already stays what it was, whatever its template or file is by now.
  return { draft: { ...message.draft, files: [], headerFile: null }, objection: checked };
}

export function refusedBy({ code, message }: Objection): EffectOutcome {
  return { state: "refused", reason: "bad_content", vendorCode: code, message };
}

async function check(runtime: Runtime, message: MessageOnLine): Promise<CheckedMessage | Objection> {
  const { draft, adapter } = message;
  const template = draft.template && templateOnLine(draft.template, adapter);
  if (template && isObjection(template)) return template;
  const worded: MessageDraft = template ? { ...draft, template } : draft;
  const files = await filesOf(runtime, { ...message, draft: worded });
  return "code" in files ? files : { ...worded, ...files };
}
