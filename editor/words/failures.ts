import { faultInSpanish } from "../../engine/core/fault-in-spanish.ts";
import { fieldOf } from "../../engine/core/plain-data.ts";
import type { ErrorCode } from "../../engine/errors.ts";
import { runFailures } from "./run-failures.ts";
import { defineWords, type Locale, useLocale } from "./words.ts";

/** A refusal as the API gives it, or a failed step has it on record. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
}

type Sentence = string | ((refusal: Refusal) => string);
type Sentences = Readonly<Partial<Record<ErrorCode | "OFFLINE", Sentence>>>;

/** What a person can do about a refusal. Codes that are not here have only the API's own words. */
const sentences = defineWords<Sentences>(
  {
    OFFLINE: "There is no connection. Try again when it is back.",
    INTERNAL: "Something went wrong with us. Try again; if it happens again, tell us.",
    DATABASE_UNAVAILABLE: "The service is busy right now. Try again in a moment.",
    SHUTTING_DOWN: "The service is starting anew. Try again in a moment.",
    UNAUTHENTICATED: "Your session ended. Sign in again.",
    CSRF_REFUSED: "Your session could not be proven. Load the page again.",
    SCOPE_MISSING: "You may not do this. Ask whoever manages the account.",
    RATE_LIMITED: (refusal) => `Too many tries. Wait ${waitSeconds(refusal)} s and try again.`,
    NOT_FOUND: "This does not exist, or is gone.",
    REVISION_CONFLICT: changedMeanwhile(
      "Somebody changed this meanwhile. Load it again and repeat your change.",
    ),
    STILL_IN_USE: "Something still belongs to it: move or remove that first.",
    TEMPLATE_EXISTS: "There is a template with this key in this language already.",
    BODY_TOO_LARGE: "This is too large to be sent.",
    DATA_TOO_LARGE: "This value is too large to be kept.",
    INPUT_INVALID: withReason("Something that was filled in cannot be taken", "en"),
    FLOW_INVALID: "The flow still has problems. Fix them and publish again.",
    RUN_ENDED: "It is over already.",
    RUN_OPEN: "It is not over yet: wait for its end, or cancel it first.",
    EFFECT_SETTLED: "This was settled already. Load the page again.",
    NUMBER_STATE: withReason("The number is not at the point where this can be done", "en"),
    NUMBER_REFUSED: ({ message }) => message,
    CREDITS_MISSING: "There are no credits left for this. Nothing was sent.",
    INSUFFICIENT_CREDITS: "There are not enough credits left for this.",
    SENDER_MISSING: "None of your numbers can send this.",
    OPTED_OUT: "This person asked not to be written to.",
    QUIET_HOURS: "It is a quiet hour: nothing is sent now.",
    WINDOW_CLOSED: "They have not written in the last 24 hours: WhatsApp takes only a template.",
    UNDELIVERABLE: "No channel could carry the message.",
    VENDOR_REFUSED: withReason("The provider said no", "en"),
    VENDOR_UNAVAILABLE: "The provider does not answer. Nothing was done.",
    VENDOR_RATE_LIMITED: "The provider asks to go slower. Try again in a moment.",
  },
  {
    OFFLINE: "No hay conexión. Inténtelo de nuevo cuando vuelva.",
    INTERNAL: "Algo falló de nuestro lado. Inténtelo de nuevo; si se repite, cuéntenoslo.",
    DATABASE_UNAVAILABLE: "El servicio está ocupado. Inténtelo de nuevo en un momento.",
    SHUTTING_DOWN: "El servicio se está reiniciando. Inténtelo de nuevo en un momento.",
    UNAUTHENTICATED: "Su sesión terminó. Entre de nuevo.",
    CSRF_REFUSED: "No se pudo comprobar su sesión. Cargue la página de nuevo.",
    SCOPE_MISSING: "No tiene permiso para hacer esto. Pídalo a quien administra la cuenta.",
    RATE_LIMITED: (refusal) => `Demasiados intentos. Espere ${waitSeconds(refusal)} s y vuelva a probar.`,
    NOT_FOUND: "No existe, o ya no está.",
    REVISION_CONFLICT: changedMeanwhile(
      "Alguien lo cambió mientras tanto. Cárguelo de nuevo y repita su cambio.",
    ),
    STILL_IN_USE: "Todavía hay cosas que dependen de esto: muévalas o quítelas primero.",
    TEMPLATE_EXISTS: "Ya hay una plantilla con esta clave en este idioma.",
    BODY_TOO_LARGE: "Es demasiado grande para enviarlo.",
    DATA_TOO_LARGE: "El valor es demasiado grande para guardarlo.",
    INPUT_INVALID: withReason("Hay un dato que no se puede aceptar", "es"),
    FLOW_INVALID: "El flujo todavía tiene problemas. Corríjalos y publique de nuevo.",
    RUN_ENDED: "Ya terminó.",
    RUN_OPEN: "Todavía no terminó: espere a que acabe o cancélela primero.",
    EFFECT_SETTLED: "Esto ya se resolvió. Cargue la página de nuevo.",
    NUMBER_STATE: withReason("El número no está en el punto en que se puede hacer esto", "es"),
    NUMBER_REFUSED: ({ message }) => message,
    CREDITS_MISSING: "No quedan créditos para esto. No se envió nada.",
    INSUFFICIENT_CREDITS: "No quedan créditos suficientes para esto.",
    SENDER_MISSING: "Ninguno de sus números puede enviar esto.",
    OPTED_OUT: "Esta persona pidió que no le escriban.",
    QUIET_HOURS: "Es hora de silencio: ahora no se envía nada.",
    WINDOW_CLOSED: "No ha escrito en las últimas 24 horas: WhatsApp solo acepta una plantilla.",
    UNDELIVERABLE: "Ningún canal pudo llevar el mensaje.",
    VENDOR_REFUSED: withReason("El proveedor no lo aceptó", "es"),
    VENDOR_UNAVAILABLE: "El proveedor no responde. No se hizo nada.",
    VENDOR_RATE_LIMITED: "El proveedor pide ir más despacio. Inténtelo de nuevo en un momento.",
  },
);

/** Why something was refused, in the language of the screen where its code is known. */
export function failureText(refusal: Refusal, locale: Locale): string {
  const own = ownSentence(refusal, locale);
  if (own !== null) return own;
  const known: Readonly<Record<string, Sentence | undefined>> = {
    ...sentences[locale],
    ...runFailures[locale],
  };
  const sentence = Object.hasOwn(known, refusal.code) ? known[refusal.code] : undefined;
  return typeof sentence === "function" ? sentence(refusal) : (sentence ?? refusal.message);
}

export function useFailureText(): (refusal: Refusal) => string {
  const locale = useLocale();
  return (refusal) => failureText(refusal, locale);
}

/** As a step or a run has it on record: `CODE: words of the API`. */
export function recordedFailure(text: string, locale: Locale): string {
  const [, code, message] = /^([A-Z][A-Z_]+): (.*)$/s.exec(text) ?? [];
  return code === undefined ? text : failureText({ code, message: message ?? "" }, locale);
}

/** What exactly is wrong only the API knows; where the fault of a field is all it says, in the words of the screen. */
function withReason(sentence: string, locale: Locale): (refusal: Refusal) => string {
  return (refusal) => {
    const reason = faultsIn(refusal, locale) ?? refusal.message;
    return reason === "" ? `${sentence}.` : `${sentence}: ${reason}`;
  };
}

function faultsIn({ details }: Refusal, locale: Locale): string | null {
  const violations = fieldOf(details, "violations");
  if (!Array.isArray(violations) || violations.length === 0) return null;
  const words = violations.slice(0, 3).map((violation) => {
    const fault = String(fieldOf(violation, "message"));
    return `${fieldOf(violation, "path") || "/"} ${locale === "es" ? faultInSpanish(fault) : fault}`;
  });
  return `${words.join("; ")}.`;
}

/** The same code also says that a key is taken, or that a published flow cannot be deleted. */
function changedMeanwhile(sentence: string): (refusal: Refusal) => string {
  return ({ details, message }) => (fieldOf(details, "revision") === undefined ? message : sentence);
}

/** Some refusals are told in both languages by whoever knows. */
function ownSentence({ details }: Refusal, locale: Locale): string | null {
  const said = fieldOf(fieldOf(details, "sentence"), locale);
  return typeof said === "string" ? said : null;
}

function waitSeconds({ details }: Refusal): number {
  const ms = fieldOf(details, "retryAfterMs");
  return typeof ms === "number" ? Math.ceil(ms / 1000) : 60;
}
