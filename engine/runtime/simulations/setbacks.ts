/** Why what a step sent did not arrive, in both languages: what the vendor's code says, else what this house makes of it. */
import { fieldOf, isRecord } from "../../core/plain-data.ts";
import type { Setback } from "../../core/simulation.ts";
import { REFUSAL_WORDS, type Refusal } from "../../core/vendor-refusals.ts";
import type { PluginDefinition, Text } from "../../plugin-api.ts";

export type Explain = (code: string) => Text | null;

/** Codes of all vendors that are played; they do not share any. */
export function explainer(plugins: readonly PluginDefinition[]): Explain {
  return (code) => {
    for (const { simulation } of plugins) {
      const text = code === "" ? null : (simulation?.explain?.(code) ?? null);
      if (text !== null) return text;
    }
    return null;
  };
}

/** Of a message that was reported lost. */
export function setbackOf(
  explain: Explain,
  { channel, reason, vendorCode }: { channel: string | null; reason: Refusal; vendorCode: string },
): Setback {
  return {
    channel: carrierOf(channel),
    code: vendorCode || null,
    text: explain(vendorCode) ?? REFUSAL_WORDS[reason],
  };
}

/** Of each channel that a step tried in vain, as its output tells it. */
export function setbacksIn(explain: Explain, output: unknown): Setback[] {
  const attempts = fieldOf(output, "attempts");
  if (!Array.isArray(attempts)) return [];
  return attempts.filter((one) => isRecord(one) && one.result !== "accepted").map(triedInVain);

  function triedInVain(attempt: unknown): Setback {
    const [channel, code] = [textOf(attempt, "channel"), textOf(attempt, "code")];
    const text = explain(code ?? "") ?? wordsOf(textOf(attempt, "result"), textOf(attempt, "reason"));
    return { channel: carrierOf(channel), code, text };
  }
}

/** Of attempts that never got as far as a vendor, or where it gave no reason. */
const RESULTS: Readonly<Record<string, Text>> = {
  unconfirmed: { en: "It was not confirmed in time.", es: "No se confirmó a tiempo." },
  no_sender: { en: "None of your numbers can send this.", es: "Ninguno de sus números puede enviar esto." },
  insufficient_credits: { en: "There are no credits left for this.", es: "No quedan créditos para esto." },
};

function wordsOf(result: string | null, reason: string | null): Text {
  const byReason: Readonly<Record<string, Text>> = REFUSAL_WORDS;
  const known = Object.hasOwn(byReason, reason ?? "") ? byReason[reason ?? ""] : undefined;
  return RESULTS[result ?? ""] ?? known ?? REFUSAL_WORDS.other;
}

function carrierOf(channel: string | null): Setback["channel"] {
  return channel === "sms" || channel === "whatsapp" ? channel : null;
}

function textOf(attempt: unknown, name: string): string | null {
  const text = fieldOf(attempt, name);
  return typeof text === "string" && text !== "" ? text : null;
}
