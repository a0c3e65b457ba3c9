import { defineNode, next, Type } from "../../../../engine/plugin-api.ts";
import { badInput } from "../../bad-input.ts";
import { PROMPT_FIELDS, promptParts } from "../../prompt.ts";
import { es } from "../../spanish.ts";
import { verb } from "../../twiml.ts";

export default defineNode({
  type: "twilio.say",
  version: 1,
  title: { en: "Say or play", es: "Decir o reproducir" },
  help: {
    en: "Reads a text aloud, plays a recording or sends key tones to the person on the call. Use it to greet, inform or say goodbye.",
    es: "Lee un texto en voz alta, reproduce una grabación o envía tonos a la persona en la llamada. Sirve para saludar, informar o despedirse.",
  },
  family: "voice",
  icon: "message-circle",
  params: Type.Object(
    {
      ...PROMPT_FIELDS,
      digits: Type.Optional(
        Type.String({
          pattern: "^[0-9*#wW]*$",
          title: "Key tones",
          description: "Keys sounded after the text; w waits half a second.",
          "x-group": "advanced",
          ...es("Tonos", "Teclas que suenan después del texto; w espera medio segundo."),
        }),
      ),
    },
    { additionalProperties: false },
  ),
  outputs: { next: Type.Object({}) },
  ports: ["next"],
  effect: "none",
  needsLine: true,
  example: {
    title: { en: "Greet by name", es: "Saludar por su nombre" },
    params: { text: "Hola {{ contact.name }}, gracias por llamar a {{ store.name }}." },
  },
  run(ctx, params) {
    const { locale, nodeId, tenant } = ctx;
    const reply = promptParts(params, { locale, nodeId, country: tenant.country });
    if (params.digits) reply.push(verb("Play", { digits: params.digits }));
    if (reply.length === 0) throw badInput(ctx, NOTHING);
    return next("next", {}, { reply });
  },
});

const NOTHING = {
  en: "There is nothing to say; a text, an audio URL or key tones are expected.",
  es: "No hay nada que decir; se espera un texto, la URL de un audio o tonos.",
};
