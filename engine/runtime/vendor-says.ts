/** What a vendor said of a number decides what it sends, and what its refusals say is heeded. */
import { AppError } from "../errors.ts";
import type { Blocked, ChannelDefinition, EffectOutcome, MessageDraft } from "../plugin-api.ts";
import { noteRefusal } from "./account-notes.ts";
import { freeIsFree, freeLeft, ruleAt } from "./allowances.ts";
import type { TenantDirectory } from "./directory.ts";
import type { Runtime } from "./runtime.ts";
import { goesAnyTime } from "./send-policy.ts";

/** What a refusal says of the number itself is kept, whether it comes as an outcome or as an error. */
export async function heeding(
  runtime: Runtime,
  from: Parameters<typeof noteRefusal>[1],
  send: () => ReturnType<ChannelDefinition["send"]>,
): ReturnType<ChannelDefinition["send"]> {
  try {
    const outcome = await send();
    if (outcome.state === "refused") await noteRefusal(runtime, from, outcome);
    return outcome;
  } catch (error) {
    const code = error instanceof AppError ? error.details.vendorCode : undefined;
    if (error instanceof AppError && typeof code === "string")
      await noteRefusal(runtime, from, { vendorCode: code, message: error.message });
    throw error;
  }
}

/** [E14] Its vendor lets the number send nothing, or only answers: known before anything is held or sent. */
export function blockOf(
  { blocked, e164 }: { readonly blocked: Blocked | null; readonly e164: string },
  draft: MessageDraft,
  now: Date,
): EffectOutcome | null {
  if (!blocked || (blocked.until !== null && Date.parse(blocked.until) <= now.getTime())) return null;
  if (blocked.scope === "initiated" && !goesAnyTime(draft)) return null;
  const until = blocked.until === null ? "" : ` until ${blocked.until}`;
  const message = `${e164} may not send${until}: ${blocked.text.en}`;
  return { state: "refused", reason: "bad_sender", vendorCode: blocked.code, message };
}

/** [C9] Those of the drafts the vendor will probably not bill, where the tenant does not want to pay credits for that. */
export async function givenAway(
  runtime: Runtime,
  { directory: { tenant }, sender: { row: number }, adapter }: SendingLine,
  drafts: readonly MessageDraft[],
  now: Date,
): Promise<ReadonlySet<MessageDraft>> {
  const rule = ruleAt(adapter, now);
  const answers = drafts.filter((draft) => !goesAnyTime(draft));
  if (!rule || answers.length === 0 || !freeIsFree(number, tenant.settings)) return new Set();
  const moment = { at: now, timezone: tenant.timezone };
  const left = await runtime.db.asTenant(tenant.id, (scope) => freeLeft(scope, number, rule, moment));
  return new Set(answers.slice(0, left));
}

interface SendingLine {
  readonly directory: Pick<TenantDirectory, "tenant">;
  readonly sender: { readonly row: TenantDirectory["numbers"][number] };
  readonly adapter: ChannelDefinition;
}
