import type { NodeContext, Text } from "../../../engine/plugin-api.ts";
import { type Author, badInput } from "../bad-input.ts";
import { GATHER_LANGUAGES } from "../languages.ts";
import type { AttributeValue } from "../twiml.ts";
import { listeningLanguage } from "../voices.ts";
import { webAddress } from "../web-address.ts";
import type { GatherParams } from "./params.ts";

type Attributes = Record<string, AttributeValue | undefined>;

/** Parameters that cannot go together. @throws AppError PARAMS_INVALID */
export function checkGather(author: Author, params: GatherParams): void {
  const { input, digitPorts, finishOnKey } = params;
  if (input === "speech" && digitPorts.length > 0) throw badInput(author, KEYS_UNHEARD, { digitPorts });
  if (finishOnKey && digitPorts.includes(finishOnKey))
    throw badInput(author, swallowed(finishOnKey), { finishOnKey });
}

const KEYS_UNHEARD: Text = {
  en: "It has ways out for keys, but hears speech only; let the person answer by keys too.",
  es: "Tiene salidas por tecla, pero solo escucha la voz; permita responder también con teclas.",
};

function swallowed(key: string): Text {
  return {
    en: `The key ${key} ends the input, so its own way out would never be taken; choose another key that ends.`,
    es: `La tecla ${key} termina la respuesta, así que su propia salida nunca se tomaría; elija otra tecla que termine.`,
  };
}

export function keyAttributes(params: GatherParams): Attributes {
  const isMenu = params.digitPorts.length > 0;
  // Twilio would swallow a # that is an answer.
  const finishOnKey = params.finishOnKey ?? (params.digitPorts.includes("#") ? "" : undefined);
  return { numDigits: params.numDigits ?? (isMenu ? 1 : undefined), finishOnKey };
}

/** @throws AppError PARAMS_INVALID for a language Twilio does not understand, or what its models cannot do */
export function speechAttributes(ctx: NodeContext, params: GatherParams): Attributes {
  const { speechModel, speechTimeout, hints, partialResultsUrl } = params;
  if (speechTimeout === "auto" && (speechModel ?? "default") === "default") throw badInput(ctx, NEEDS_MODEL);
  const partial = partialResultsUrl?.trim() ? webAddress(ctx, partialResultsUrl, "system") : undefined;
  return {
    language: heardLanguage(ctx, params.language),
    hints: hints.length > 0 ? hints.join(",") : undefined,
    speechModel,
    speechTimeout,
    maxSpeechTime: params.maxSpeechSeconds,
    enhanced: params.enhanced || undefined,
    profanityFilter: params.profanityFilter ? undefined : false,
    partialResultCallback: partial,
    partialResultCallbackMethod: partial === undefined ? undefined : "POST",
  };
}

const NEEDS_MODEL: Text = {
  en: "Silence “auto” needs a speech model other than the default; name one or give seconds.",
  es: "El silencio «auto» necesita un modelo de voz distinto del predeterminado; indique uno o dé segundos.",
};

/** The language somebody on the call speaks: the author's, else the flow's. @throws AppError PARAMS_INVALID */
export function heardLanguage(ctx: NodeContext, language: string | undefined): string {
  if (!language?.trim()) return listeningLanguage(ctx.locale, ctx.tenant.country);
  if (GATHER_LANGUAGES.includes(language.trim())) return language.trim();
  throw badInput(
    ctx,
    {
      en: `Twilio does not understand "${language}"; a language such as es-CO or en-US is expected.`,
      es: `Twilio no entiende «${language}»; se espera un idioma como es-CO o en-US.`,
    },
    { language },
  );
}
