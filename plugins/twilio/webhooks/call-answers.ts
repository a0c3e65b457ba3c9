import type { FlowReply, HttpAnswer, Json } from "../../../engine/plugin-api.ts";
import { renderTwiml, type TwimlPart, verb } from "../twiml.ts";
import { voiceFor } from "../voices.ts";

/** Verbs of a call or message as Twilio takes them. @throws AppError as `renderTwiml` */
export function twimlAnswer(parts: readonly Json[]): HttpAnswer {
  return { status: 200, headers: { "content-type": "text/xml; charset=utf-8" }, body: renderTwiml(parts) };
}

/** For a message: nothing to say. For a call: the end of it. */
export const EMPTY_ANSWER: HttpAnswer = {
  status: 200,
  headers: { "content-type": "text/xml; charset=utf-8" },
  body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
};

/** What a call hears of a flow's reply; a failed flow excuses itself after what it had said. */
export function answerCall(reply: FlowReply): HttpAnswer {
  const goodbye = reply.state === "failed" ? farewell(APOLOGY, reply.locale) : [];
  return twimlAnswer([...reply.parts, ...goodbye]);
}

/** A second of silence, then back for the answer. */
export function holdCall(url: string): HttpAnswer {
  return twimlAnswer([verb("Pause", { length: 1 }), verb("Redirect", { method: "POST" }, { text: url })]);
}

/** No flow answers this number. */
export function answerUnmatched(locale: string): HttpAnswer {
  return twimlAnswer(farewell(NOT_IN_SERVICE, locale));
}

const APOLOGY = {
  en: "We are sorry, something went wrong. Please call again later.",
  es: "Lo sentimos, ha ocurrido un problema. Por favor, llame más tarde.",
};

const NOT_IN_SERVICE = {
  en: "Thank you for calling. This number cannot take calls at the moment.",
  es: "Gracias por llamar. Este número no puede atender llamadas en este momento.",
};

function farewell(words: { readonly en: string; readonly es: string }, locale: string): TwimlPart[] {
  const isSpanish = locale.toLowerCase().startsWith("es");
  const { voice, language } = voiceFor(isSpanish ? locale : "en");
  return [verb("Say", { voice, language }, { text: isSpanish ? words.es : words.en }), verb("Hangup")];
}
