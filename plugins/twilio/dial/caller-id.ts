import type { NodeContext } from "../../../engine/plugin-api.ts";
import { badInput } from "../bad-input.ts";
import { isHidden } from "../caller.ts";
import { lineOf } from "../line.ts";
import type { ConnectParams } from "./params.ts";

/**
 * Twilio shows the caller's number unless told. Ours is shown where the author wants that, and for a caller who hides
 * theirs or calls from an app: Twilio would refuse to dial a phone with that.
 * @throws AppError PARAMS_INVALID for what is no number
 */
export function callerIdOf(ctx: NodeContext, params: ConnectParams): string | undefined {
  const named = params.callerId?.trim();
  if (named) return shownNumber(ctx, params, named);
  const line = lineOf(ctx);
  if (line === null) return undefined;
  if (line.direction === "outbound") return params.showOurNumber ? line.from : undefined;
  return params.showOurNumber || isHidden(line.from) ? line.to : undefined;
}

function shownNumber(ctx: NodeContext, params: ConnectParams, text: string): string {
  const number = text.replace(/[\s().-]/g, "");
  if (/^\+[1-9]\d{6,14}$/.test(number)) return number;
  // Apps show any name; phones only numbers.
  if (params.target === "client" && /^client:\S+$/i.test(text)) return text;
  throw badInput(
    ctx,
    {
      en: `"${text}" cannot be shown as the caller; one of your numbers, such as +573001112233, is expected.`,
      es: `«${text}» no se puede mostrar como quien llama; se espera uno de sus números, como +573001112233.`,
    },
    { callerId: text },
  );
}
