/** Why this house does not send, in words a tenant understands, with what to do. The code is what programs look at. */
export const POLICY_REFUSALS = {
  opted_out: {
    en: "This person asked for no more messages of this kind. Only they can change that: by writing START.",
    es: "Esta persona pidió no recibir más mensajes de este tipo. Solo ella puede cambiarlo: escribiendo ALTA.",
  },
  no_consent: {
    en: "There is no consent for marketing on record. Record it with messaging.consent or the API when the person agrees, or change the regime under settings.",
    es: "No consta su consentimiento para publicidad. Regístrelo con messaging.consent o la API cuando la persona acepte, o cambie el régimen en los ajustes.",
  },
  outside_window: {
    en: "The person has not written within 24 hours, so only a template can be sent. Send a template, or another channel.",
    es: "La persona no ha escrito en las últimas 24 horas, así que solo se puede enviar una plantilla. Envíe una plantilla o use otro canal.",
  },
  bad_number: {
    en: "This is no full phone number. Give it with its country code, such as +573001234567.",
    es: "No es un teléfono completo. Escríbalo con el código de país, por ejemplo +573001234567.",
  },
  country_not_allowed: {
    en: "Your settings do not allow this country on this channel. Add it under settings › countries.",
    es: "Sus ajustes no permiten este país en este canal. Añádalo en ajustes › países.",
  },
  country_not_in_plan: {
    en: "Your plan does not reach this country. Ask your operator for a plan that does.",
    es: "Su plan no llega a este país. Pida a su operador un plan que sí llegue.",
  },
  costly_range: {
    en: "This is a premium, shared-cost or satellite number, which is never reached from here. Use the person's ordinary number.",
    es: "Es un número de tarificación especial, de coste compartido o por satélite, y desde aquí no se usan. Use el número normal de la persona.",
  },
  destination_limit: {
    en: "Too many messages went to this block of numbers this hour, which looks like SMS pumping. Check who asks for them; raise the limit under settings › destinationGuard if it is right.",
    es: "Esta hora salieron demasiados mensajes a este bloque de números, lo que parece un fraude (SMS pumping). Revise quién los pide; suba el límite en ajustes › destinationGuard si es correcto.",
  },
} as const;

export type PolicyRefusal = keyof typeof POLICY_REFUSALS;

/** In the language of `locale`: Spanish where that or a sister language is spoken, else English. */
export function refusalText(code: PolicyRefusal, locale: string): string {
  return POLICY_REFUSALS[code][/^(es|ca|gl|eu)\b/i.test(locale) ? "es" : "en"];
}
