import { limited, type MetaErrorMeaning, refused, token, unavailable } from "./error-meaning.ts";
import { afterHours, FOUR_TO_THE_X, notBefore, WITHIN_AN_HOUR } from "./retry-rules.ts";

/** The meaning of a code, in a synchronous answer as well as in the `errors` of a failed status. */
export function meaningOf(code: number): MetaErrorMeaning {
  const range = META_ERROR_RANGES.find(({ from, to }) => code >= from && code <= to);
  return META_ERRORS[code] ?? range?.meaning ?? unknownError(code);
}

/** Every code this plugin knows by itself; those known by range are in `META_ERROR_RANGES`. */
export const META_ERRORS: Readonly<Record<number, MetaErrorMeaning>> = {
  0: token("The access token is not valid any more.", "El token de acceso ya no es válido."),
  1: unavailable("Meta answered with an unknown error.", "Meta respondió con un error desconocido."),
  2: unavailable(
    "Meta's service is down for the moment.",
    "El servicio de Meta no está disponible por el momento.",
  ),
  3: refused(
    "not_permitted",
    "The app may not use this API.",
    "La aplicación no tiene permiso para usar esta API.",
  ),
  4: limited(
    "The app has made too many calls.",
    "La aplicación ha hecho demasiadas llamadas.",
    WITHIN_AN_HOUR,
  ),
  10: refused(
    "not_permitted",
    "A permission is missing or was taken away.",
    "Falta un permiso o se ha retirado.",
  ),
  33: refused(
    "bad_sender",
    "The business number was deleted or its id is wrong.",
    "El número de la empresa se eliminó o su identificador es incorrecto.",
  ),
  100: refused(
    "bad_content",
    "A parameter is wrong or not known.",
    "Un parámetro es incorrecto o desconocido.",
  ),
  190: token(
    "The access token has expired or was revoked.",
    "El token de acceso ha caducado o se ha revocado.",
  ),
  368: refused(
    "not_permitted",
    "The account is restricted for breaking a policy.",
    "La cuenta está restringida por incumplir una política.",
  ),
  80007: limited(
    "The WhatsApp account has made too many calls.",
    "La cuenta de WhatsApp ha hecho demasiadas llamadas.",
    WITHIN_AN_HOUR,
  ),
  130403: refused(
    "not_permitted",
    "The business has blocked this person.",
    "La empresa ha bloqueado a esta persona.",
  ),
  130429: limited("The number sends faster than it may.", "El número envía más rápido de lo permitido."),
  130472: refused(
    "not_permitted",
    "Withheld: the person is part of a Meta experiment.",
    "Retenido: la persona participa en un experimento de Meta.",
  ),
  130497: refused(
    "not_permitted",
    "The business may not write to people in this country.",
    "La empresa no puede escribir a personas de este país.",
  ),
  131000: unavailable(
    "Meta could not send it and does not say why.",
    "Meta no pudo enviarlo y no dice por qué.",
  ),
  131005: refused(
    "not_permitted",
    "A permission for this number is missing.",
    "Falta un permiso para este número.",
  ),
  131008: refused("bad_content", "A required parameter is missing.", "Falta un parámetro obligatorio."),
  131009: refused(
    "bad_content",
    "A parameter has a value that is not allowed.",
    "Un parámetro tiene un valor no permitido.",
  ),
  131016: unavailable("WhatsApp is down for the moment.", "WhatsApp no está disponible por el momento."),
  131021: refused(
    "bad_recipient",
    "Sender and recipient are the same number.",
    "El remitente y el destinatario son el mismo número.",
  ),
  131026: refused(
    "not_on_channel",
    "It cannot be delivered: not on WhatsApp, terms not accepted or an old app.",
    "No se puede entregar: no usa WhatsApp, no aceptó las condiciones o su aplicación es antigua.",
  ),
  131030: refused(
    "bad_recipient",
    "The recipient is not on the test number's list.",
    "El destinatario no está en la lista del número de pruebas.",
  ),
  131031: refused("not_permitted", "The account is locked.", "La cuenta está bloqueada."),
  131037: refused(
    "bad_sender",
    "The number's display name is not approved.",
    "El nombre visible del número no está aprobado.",
  ),
  131042: refused(
    "not_permitted",
    "There is a problem with the account's payment method.",
    "Hay un problema con el método de pago de la cuenta.",
  ),
  131045: refused(
    "bad_sender",
    "The number is not correctly registered.",
    "El número no está bien registrado.",
  ),
  131047: refused(
    "outside_window",
    "More than 24 hours since the person's last message: a template is needed.",
    "Han pasado más de 24 horas desde el último mensaje de la persona: hace falta una plantilla.",
  ),
  131048: limited(
    "The number is restricted: too many of its messages were reported.",
    "El número está restringido: se denunciaron demasiados de sus mensajes.",
  ),
  131049: refused(
    "not_permitted",
    "Meta held this marketing message back; not again within 24 hours.",
    "Meta retuvo este mensaje promocional; no repetir antes de 24 horas.",
    afterHours(24),
  ),
  131050: refused(
    "opted_out",
    "The person wants no marketing from this business.",
    "La persona no quiere publicidad de esta empresa.",
  ),
  131051: refused(
    "bad_content",
    "This type of message is not supported.",
    "Este tipo de mensaje no se admite.",
  ),
  131052: refused("bad_content", "The file could not be downloaded.", "No se pudo descargar el archivo."),
  131053: refused(
    "bad_content",
    "The file could not be uploaded: check its type and size.",
    "No se pudo subir el archivo: revise su tipo y tamaño.",
  ),
  131056: limited(
    "Too many messages to this person in a short time.",
    "Demasiados mensajes a esta persona en poco tiempo.",
  ),
  131057: unavailable("The number is in maintenance.", "El número está en mantenimiento.", FOUR_TO_THE_X),
  131060: refused(
    "other",
    "The message is not available here; open it on the phone.",
    "El mensaje no está disponible aquí; ábralo en el teléfono.",
  ),
  131062: refused(
    "bad_recipient",
    "This message needs a phone number, not a user id.",
    "Este mensaje necesita un número de teléfono, no un identificador de usuario.",
  ),
  131063: refused(
    "not_permitted",
    "Marketing messages are switched off for this account.",
    "Los mensajes promocionales están desactivados en esta cuenta.",
  ),
  131064: refused(
    "not_permitted",
    "Held back: too many templates in the wrong category.",
    "Retenido: demasiadas plantillas en una categoría equivocada.",
    afterHours(24),
  ),
  132000: refused(
    "bad_content",
    "The template takes another number of variables.",
    "La plantilla lleva otro número de variables.",
  ),
  132001: refused(
    "bad_content",
    "The template does not exist in this language or is not approved.",
    "La plantilla no existe en este idioma o no está aprobada.",
  ),
  132005: refused(
    "bad_content",
    "The filled-in template is too long.",
    "La plantilla rellenada es demasiado larga.",
  ),
  132007: refused("bad_content", "The template breaks a policy.", "La plantilla incumple una política."),
  132008: refused(
    "bad_content",
    "A variable of the template has a bad value.",
    "Una variable de la plantilla tiene un valor incorrecto.",
  ),
  132012: refused(
    "bad_content",
    "A variable of the template has the wrong format.",
    "Una variable de la plantilla tiene un formato incorrecto.",
  ),
  132015: refused(
    "bad_content",
    "The template is paused for low quality.",
    "La plantilla está en pausa por baja calidad.",
  ),
  132016: refused(
    "bad_content",
    "The template is disabled for low quality.",
    "La plantilla está desactivada por baja calidad.",
  ),
  132018: refused(
    "bad_content",
    "The template's parameters are not valid.",
    "Los parámetros de la plantilla no son válidos.",
  ),
  132068: refused("bad_content", "The form (Flow) is blocked.", "El formulario (Flow) está bloqueado."),
  132069: refused(
    "bad_content",
    "The form (Flow) is throttled to ten messages an hour.",
    "El formulario (Flow) está limitado a diez mensajes por hora.",
    WITHIN_AN_HOUR,
  ),
  133000: refused(
    "bad_sender",
    "An earlier deregistration of the number did not finish.",
    "No terminó una baja anterior del número.",
  ),
  133004: unavailable(
    "The registration server is down for the moment.",
    "El servidor de registro no está disponible por el momento.",
  ),
  133005: refused(
    "bad_sender",
    "The two-step PIN is wrong.",
    "El PIN de verificación en dos pasos es incorrecto.",
  ),
  133006: refused("bad_sender", "The number must be verified first.", "Primero hay que verificar el número."),
  133008: refused("bad_sender", "Too many wrong PINs.", "Demasiados PIN incorrectos."),
  133009: refused("bad_sender", "The PIN was entered too fast.", "El PIN se introdujo demasiado rápido."),
  133010: refused(
    "bad_sender",
    "The number is not registered on the platform.",
    "El número no está registrado en la plataforma.",
    notBefore(60_000),
  ),
  133015: refused(
    "bad_sender",
    "The number was deleted a moment ago; wait five minutes.",
    "El número se eliminó hace un momento; espere cinco minutos.",
    notBefore(5 * 60_000),
  ),
  133016: refused(
    "bad_sender",
    "Registered too often; wait 72 hours.",
    "Registrado demasiadas veces; espere 72 horas.",
    afterHours(72),
  ),
  135000: refused(
    "bad_content",
    "A parameter is not valid, and Meta does not say which.",
    "Un parámetro no es válido y Meta no dice cuál.",
  ),
  136024: refused("other", "The number is already verified.", "El número ya está verificado."),
  137000: refused(
    "not_permitted",
    "The person's identity key has changed; check who it is.",
    "La clave de identidad de la persona ha cambiado; compruebe quién es.",
  ),
  138006: refused(
    "not_permitted",
    "The person has not allowed calls.",
    "La persona no ha permitido llamadas.",
  ),
  2494191: refused(
    "not_permitted",
    "Only the escalation partner may take this conversation.",
    "Solo el socio de escalado puede tomar esta conversación.",
  ),
  2593109: refused(
    "not_permitted",
    "The business does not share its message history.",
    "La empresa no comparte su historial de mensajes.",
  ),
};

export const META_ERROR_RANGES: readonly {
  readonly from: number;
  readonly to: number;
  readonly meaning: MetaErrorMeaning;
}[] = [
  { from: 200, to: 299, meaning: refused("not_permitted", "A permission is missing.", "Falta un permiso.") },
  {
    from: 138000,
    to: 138018,
    meaning: refused("not_permitted", "The call is not possible.", "La llamada no es posible."),
  },
  {
    from: 139100,
    to: 139103,
    meaning: refused(
      "other",
      "The block list could not be changed.",
      "No se pudo cambiar la lista de bloqueados.",
    ),
  },
  {
    from: 147001,
    to: 147005,
    meaning: refused(
      "other",
      "The business username was not accepted.",
      "No se aceptó el nombre de usuario de la empresa.",
    ),
  },
];

function unknownError(code: number): MetaErrorMeaning {
  return refused("other", `Meta refused it with code ${code}.`, `Meta lo rechazó con el código ${code}.`);
}
