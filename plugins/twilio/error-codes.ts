import type { Refusal, Text } from "../../engine/plugin-api.ts";

/**
 * What a Twilio error code means to a flow:
 * `refusal` this message or call will not happen, and why;
 * `retry` nothing was done and the same request may succeed later;
 * `operator` the account is at fault, so every flow fails until the operator acts.
 */
export type TwilioCodeMeaning = Text &
  (
    | { readonly refusal: Refusal }
    | { readonly retry: "VENDOR_RATE_LIMITED" | "VENDOR_UNAVAILABLE" }
    | { readonly operator: true }
  );

/** What we know of a code from Twilio: `21610` → `{ refusal: "opted_out", en, es }`. */
export function meaningOf(code: number | string | null | undefined): TwilioCodeMeaning | null {
  return TWILIO_CODES.get(Number(code)) ?? null;
}

/** Why a message or call with this code did not arrive; `other` for a code nobody knows. */
export function refusalOf(code: number | string | null | undefined): Refusal {
  const meaning = meaningOf(code);
  return meaning !== null && "refusal" in meaning ? meaning.refusal : "other";
}

const refuse = (refusal: Refusal, en: string, es: string): TwilioCodeMeaning => ({ refusal, en, es });
const busy = (en: string, es: string): TwilioCodeMeaning => ({ retry: "VENDOR_RATE_LIMITED", en, es });
const down = (en: string, es: string): TwilioCodeMeaning => ({ retry: "VENDOR_UNAVAILABLE", en, es });
const operator = (en: string, es: string): TwilioCodeMeaning => ({ operator: true, en, es });

const SERVICE_CANNOT_SEND = refuse(
  "bad_sender",
  "The messaging service has no sender for this message.",
  "El servicio de mensajería no tiene un remitente para este mensaje.",
);

/** One table for answers of the API and for status callbacks: both use the same numbers. */
export const TWILIO_CODES: ReadonlyMap<number, TwilioCodeMeaning> = new Map([
  // The account and the request
  [
    20001,
    refuse(
      "other",
      "Twilio does not know a parameter of the request.",
      "Twilio no conoce un parámetro de la petición.",
    ),
  ],
  [
    20003,
    operator(
      "Twilio does not accept the credential: check the account SID and the auth token or API key.",
      "Twilio no acepta la credencial: revise el SID de la cuenta y el token o la clave de API.",
    ),
  ],
  [20004, refuse("other", "Twilio does not allow this operation.", "Twilio no permite esta operación.")],
  [
    20005,
    operator(
      "The Twilio account is not active: check billing and status in the Twilio console.",
      "La cuenta de Twilio no está activa: revise la facturación y el estado en la consola de Twilio.",
    ),
  ],
  [
    20006,
    operator(
      "The Twilio credential may not do this: check the permissions of the API key.",
      "La credencial de Twilio no tiene permiso para esto: revise los permisos de la clave de API.",
    ),
  ],
  [
    20008,
    operator(
      "Twilio's test credentials cannot do this: use the live ones.",
      "Las credenciales de prueba de Twilio no permiten esto: use las reales.",
    ),
  ],
  [
    20403,
    operator(
      "Twilio forbids this to the account: check its permissions.",
      "Twilio prohíbe esto a la cuenta: revise sus permisos.",
    ),
  ],
  [
    20404,
    refuse("other", "Twilio does not find what was asked for.", "Twilio no encuentra lo que se pidió."),
  ],
  [
    20409,
    refuse(
      "other",
      "Twilio reports a conflict with another request.",
      "Twilio informa de un conflicto con otra petición.",
    ),
  ],
  [
    20422,
    refuse(
      "bad_content",
      "A parameter of the request is not valid.",
      "Un parámetro de la petición no es válido.",
    ),
  ],
  [20429, busy("Too many requests to Twilio at once.", "Demasiadas peticiones simultáneas a Twilio.")],
  [20500, down("Twilio had an internal error.", "Twilio tuvo un error interno.")],
  [20503, down("Twilio is not available.", "Twilio no está disponible.")],
  [90010, operator("The Twilio account is inactive.", "La cuenta de Twilio está inactiva.")],

  // Calls
  [
    21201,
    refuse("bad_recipient", "The call has no number to call.", "La llamada no tiene un número de destino."),
  ],
  [21205, refuse("other", "The URL of the call is not valid.", "La URL de la llamada no es válida.")],
  [
    21206,
    refuse("bad_content", "The digits to send are not valid.", "Los dígitos que se envían no son válidos."),
  ],
  [
    21208,
    refuse(
      "other",
      "The ring time of the call is not valid.",
      "El tiempo de timbre de la llamada no es válido.",
    ),
  ],
  [
    21210,
    refuse(
      "bad_sender",
      "The calling number is neither owned nor verified.",
      "El número que llama no es propio ni está verificado.",
    ),
  ],
  [21211, refuse("bad_recipient", "The number is not a valid one.", "El número de destino no es válido.")],
  [
    21212,
    refuse("bad_sender", "The sending number is not a valid one.", "El número de origen no es válido."),
  ],
  [
    21213,
    refuse("bad_sender", "The call has no number to call from.", "La llamada no tiene un número de origen."),
  ],
  [21214, refuse("bad_recipient", "The number cannot be reached.", "No se puede llamar a ese número.")],
  [
    21215,
    refuse(
      "not_permitted",
      "Calls to this country are not allowed for the account.",
      "La cuenta no puede llamar a ese país.",
    ),
  ],
  [
    21216,
    refuse(
      "not_permitted",
      "Twilio does not call this number: it is blocked.",
      "Twilio no llama a ese número: está bloqueado.",
    ),
  ],
  [
    21217,
    refuse(
      "bad_recipient",
      "The number does not look like a phone number.",
      "El número de destino no parece un teléfono.",
    ),
  ],
  [21218, refuse("other", "The TwiML application is not valid.", "La aplicación TwiML no es válida.")],
  [
    21219,
    refuse(
      "not_permitted",
      "A trial account may only call verified numbers.",
      "Una cuenta de prueba solo puede llamar a números verificados.",
    ),
  ],
  [21220, refuse("other", "The call has already ended.", "La llamada ya terminó.")],

  // Messages, refused at once
  [
    21408,
    refuse(
      "not_permitted",
      "Messages to this country are not allowed for the account.",
      "La cuenta no puede escribir a ese país.",
    ),
  ],
  [21601, refuse("bad_sender", "The number cannot handle SMS.", "El número no admite SMS.")],
  [21602, refuse("bad_content", "The message has no text.", "El mensaje no tiene texto.")],
  [21603, refuse("bad_sender", "The message has no sender.", "El mensaje no tiene remitente.")],
  [21604, refuse("bad_recipient", "The message has no recipient.", "El mensaje no tiene destinatario.")],
  [
    21606,
    refuse(
      "bad_sender",
      "The sending number cannot send messages to this destination.",
      "El número de origen no puede enviar mensajes a ese destino.",
    ),
  ],
  [
    21608,
    refuse(
      "not_permitted",
      "A trial account may only write to verified numbers.",
      "Una cuenta de prueba solo puede escribir a números verificados.",
    ),
  ],
  [
    21609,
    refuse("other", "The status callback URL is not valid.", "La URL de aviso de estado no es válida."),
  ],
  [
    21610,
    refuse(
      "opted_out",
      "The person has asked not to get messages from this number.",
      "La persona pidió no recibir mensajes de este número.",
    ),
  ],
  [21611, busy("The queue of the sending number is full.", "La cola del número de origen está llena.")],
  [
    21612,
    refuse(
      "bad_recipient",
      "This number cannot be reached from the sending number.",
      "No se puede escribir a ese número desde el número de origen.",
    ),
  ],
  [21614, refuse("bad_recipient", "The number is not a mobile.", "El número no es un móvil.")],
  [
    21617,
    refuse(
      "bad_content",
      "The message is longer than 1600 characters.",
      "El mensaje pasa de 1600 caracteres.",
    ),
  ],
  [
    21619,
    refuse(
      "bad_content",
      "The message has neither text nor media.",
      "El mensaje no tiene texto ni archivos.",
    ),
  ],
  [21620, refuse("bad_content", "A media URL is not valid.", "La URL de un archivo no es válida.")],
  [
    21621,
    refuse(
      "bad_sender",
      "The sending number cannot send media.",
      "El número de origen no puede enviar archivos.",
    ),
  ],
  [
    21622,
    refuse(
      "bad_content",
      "Media messages are off for the account.",
      "La cuenta no tiene activado el envío de archivos.",
    ),
  ],
  [
    21623,
    refuse(
      "bad_content",
      "The message has more than 10 media files.",
      "El mensaje lleva más de 10 archivos.",
    ),
  ],
  [21624, refuse("bad_content", "The validity period is not valid.", "El período de validez no es válido.")],
  [
    21626,
    refuse("other", "A status event to report is not valid.", "Un evento de estado solicitado no es válido."),
  ],
  [
    21654,
    refuse("bad_content", "Template variables came without a template.", "Llegaron variables sin plantilla."),
  ],
  [
    21655,
    refuse(
      "bad_content",
      "The template's content SID is not valid.",
      "El SID de contenido de la plantilla no es válido.",
    ),
  ],
  [
    21656,
    refuse(
      "bad_content",
      "The template's variables are not valid.",
      "Las variables de la plantilla no son válidas.",
    ),
  ],
  [
    21658,
    refuse(
      "bad_content",
      "A parameter of the message is too long.",
      "Un parámetro del mensaje es demasiado largo.",
    ),
  ],
  ...[21703, 21704, 21705, 21706, 21707, 21708, 21709, 21710, 21711, 21712].map(
    (code) => [code, SERVICE_CANNOT_SEND] as const,
  ),
  [
    35111,
    refuse("bad_content", "A scheduled message needs a time.", "Un mensaje programado necesita una hora."),
  ],
  [
    35114,
    refuse(
      "bad_content",
      "The time of the scheduled message is too near or too far.",
      "La hora del mensaje programado está demasiado cerca o lejos.",
    ),
  ],
  [
    35118,
    refuse(
      "bad_sender",
      "A scheduled message needs a messaging service.",
      "Un mensaje programado necesita un servicio de mensajería.",
    ),
  ],

  // Messages, refused on the way
  [
    11751,
    refuse(
      "bad_content",
      "A media file is too big for the carrier.",
      "Un archivo es demasiado grande para el operador.",
    ),
  ],
  [
    14107,
    refuse(
      "not_permitted",
      "Two numbers kept answering each other; Twilio stopped them for a moment.",
      "Dos números se respondían sin parar; Twilio los detuvo un momento.",
    ),
  ],
  [
    30001,
    busy(
      "The message waited too long in the sender's queue.",
      "El mensaje esperó demasiado en la cola del remitente.",
    ),
  ],
  [30002, operator("The Twilio account was suspended.", "La cuenta de Twilio fue suspendida.")],
  [30003, down("The phone is off or out of reach.", "El teléfono está apagado o fuera de cobertura.")],
  [
    30004,
    refuse(
      "not_permitted",
      "The phone or its carrier blocks the message.",
      "El teléfono o su operador bloquea el mensaje.",
    ),
  ],
  [
    30005,
    refuse(
      "bad_recipient",
      "The number does not exist or is no longer in service.",
      "El número no existe o ya no está en servicio.",
    ),
  ],
  [
    30006,
    refuse(
      "bad_recipient",
      "The number is a landline or its carrier is not reachable.",
      "El número es fijo o su operador no es accesible.",
    ),
  ],
  [30007, refuse("not_permitted", "The carrier filtered the message.", "El operador filtró el mensaje.")],
  [30008, refuse("other", "The carrier gave no reason.", "El operador no dio un motivo.")],
  [30009, refuse("other", "A part of the message was lost.", "Se perdió una parte del mensaje.")],
  [
    30010,
    refuse(
      "other",
      "The message costs more than the limit set.",
      "El mensaje cuesta más que el límite fijado.",
    ),
  ],
  [
    30011,
    refuse(
      "bad_content",
      "The phone's carrier does not take media.",
      "El operador del teléfono no admite archivos.",
    ),
  ],
  [
    30012,
    refuse("bad_content", "The validity period is too short.", "El período de validez es demasiado corto."),
  ],
  [30017, busy("The carrier is congested.", "La red del operador está congestionada.")],
  [
    30018,
    refuse(
      "bad_sender",
      "The sender ID is not registered in this country.",
      "El remitente no está registrado en ese país.",
    ),
  ],
  [
    30019,
    refuse(
      "bad_content",
      "The message is too big for the carrier.",
      "El mensaje es demasiado grande para el operador.",
    ),
  ],
  [30022, busy("The sender goes faster than its 10DLC rate.", "El remitente supera su ritmo 10DLC.")],
  [
    30023,
    refuse(
      "not_permitted",
      "The sender has used up its 10DLC day.",
      "El remitente agotó su cupo diario 10DLC.",
    ),
  ],
  [
    30032,
    refuse(
      "bad_sender",
      "The toll-free sender is not verified.",
      "El remitente gratuito no está verificado.",
    ),
  ],
  [
    30034,
    refuse(
      "bad_sender",
      "The sender is not registered for 10DLC.",
      "El remitente no está registrado para 10DLC.",
    ),
  ],
  [
    30035,
    refuse(
      "bad_sender",
      "The sending number is still being set up.",
      "El número de origen aún se está activando.",
    ),
  ],
  [30450, refuse("not_permitted", "Twilio blocked the message.", "Twilio bloqueó el mensaje.")],

  // WhatsApp and other channels
  [63001, operator("The channel does not accept its sign-in.", "El canal no acepta su autenticación.")],
  [63003, refuse("not_on_channel", "The number is not on this channel.", "El número no está en este canal.")],
  [
    63005,
    refuse("bad_content", "The channel does not take this content.", "El canal no acepta este contenido."),
  ],
  [
    63007,
    refuse(
      "bad_sender",
      "The sender is not set up on this channel.",
      "El remitente no está configurado en este canal.",
    ),
  ],
  [63012, down("The channel had an internal error.", "El canal tuvo un error interno.")],
  [
    63013,
    refuse(
      "not_permitted",
      "The message breaks a rule of the channel.",
      "El mensaje incumple una norma del canal.",
    ),
  ],
  [
    63015,
    refuse(
      "not_on_channel",
      "The person has not joined the sandbox.",
      "La persona no se ha unido al entorno de pruebas.",
    ),
  ],
  [
    63016,
    refuse(
      "outside_window",
      "More than 24 hours have passed since the person last wrote: only a template may be sent.",
      "Pasaron más de 24 horas desde el último mensaje de la persona: solo se puede enviar una plantilla.",
    ),
  ],
  [
    63018,
    busy(
      "The sender goes faster than the channel allows.",
      "El remitente supera el ritmo que permite el canal.",
    ),
  ],
  [
    63019,
    refuse(
      "bad_content",
      "The channel could not fetch a media file.",
      "El canal no pudo descargar un archivo.",
    ),
  ],
  [
    63020,
    operator(
      "The business account of the channel is at fault.",
      "La cuenta de empresa del canal tiene un problema.",
    ),
  ],
  [
    63021,
    refuse("bad_content", "The channel does not take this content.", "El canal no acepta este contenido."),
  ],
  [
    63024,
    refuse(
      "not_on_channel",
      "The number is not a valid one on this channel.",
      "El número no es válido en este canal.",
    ),
  ],
  [
    63025,
    refuse("bad_content", "The channel already has this media file.", "El canal ya tiene este archivo."),
  ],
  [
    63027,
    refuse(
      "bad_content",
      "The template does not exist in this language.",
      "La plantilla no existe en este idioma.",
    ),
  ],
  [
    63028,
    refuse(
      "bad_content",
      "The template has another number of variables.",
      "La plantilla tiene otro número de variables.",
    ),
  ],
  [
    63030,
    refuse(
      "bad_content",
      "The channel does not take a parameter of the message.",
      "El canal no admite un parámetro del mensaje.",
    ),
  ],
  [
    63032,
    refuse(
      "not_permitted",
      "WhatsApp limits messages to this person.",
      "WhatsApp limita los mensajes a esta persona.",
    ),
  ],
  [
    63033,
    refuse(
      "not_permitted",
      "The person may not get this message: blocked.",
      "La persona no puede recibir este mensaje: está bloqueada.",
    ),
  ],
  [
    63036,
    refuse(
      "not_on_channel",
      "The phone cannot be reached over RCS.",
      "No se puede llegar al teléfono por RCS.",
    ),
  ],
  [
    63038,
    refuse(
      "not_permitted",
      "The account has sent its daily limit.",
      "La cuenta alcanzó su límite diario de envíos.",
    ),
  ],

  // Verify and Lookup
  [
    60200,
    refuse("other", "A parameter of the request is not valid.", "Un parámetro de la petición no es válido."),
  ],
  [
    60202,
    refuse(
      "not_permitted",
      "Too many codes were tried; a new one must be sent.",
      "Se probaron demasiados códigos; hay que enviar uno nuevo.",
    ),
  ],
  [
    60203,
    refuse(
      "not_permitted",
      "Too many codes were sent to this recipient; it takes ten minutes until the next.",
      "Se enviaron demasiados códigos a este destinatario; el siguiente sale en diez minutos.",
    ),
  ],
  [
    60204,
    operator(
      "The Verify service does not support this: check its settings in the Twilio console.",
      "El servicio Verify no admite esto: revise su configuración en la consola de Twilio.",
    ),
  ],
  [
    60205,
    refuse(
      "not_on_channel",
      "The number is a landline; a code can be called to it, not sent by SMS.",
      "El número es fijo; el código se puede dar por llamada, no por SMS.",
    ),
  ],
  [
    60212,
    busy("Codes to this number are being sent already.", "Ya se están enviando códigos a este número."),
  ],
  [
    60223,
    operator(
      "The channel is switched off in the Verify service: enable it in the Twilio console.",
      "El canal está desactivado en el servicio Verify: actívelo en la consola de Twilio.",
    ),
  ],
  [
    60410,
    refuse(
      "not_permitted",
      "Twilio's fraud guard blocks codes to this number's range.",
      "La protección contra fraude de Twilio bloquea los códigos a este rango de números.",
    ),
  ],
  [
    60605,
    refuse(
      "not_permitted",
      "Codes to this country are not permitted for the account.",
      "La cuenta no tiene permiso para enviar códigos a este país.",
    ),
  ],
  [
    60600,
    refuse(
      "other",
      "The number is outside what Lookup covers.",
      "El número queda fuera de lo que cubre Lookup.",
    ),
  ],
  [
    60606,
    operator(
      "The Lookup package is not enabled for the account.",
      "El paquete de Lookup no está activado en la cuenta.",
    ),
  ],
]);
