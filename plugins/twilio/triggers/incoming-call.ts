import { defineTrigger, Type } from "../../../engine/plugin-api.ts";

const optional = Type.Union([Type.String(), Type.Null()]);

export default defineTrigger({
  type: "twilio.incoming-call",
  version: 1,
  title: { en: "Incoming call", es: "Llamada entrante" },
  help: {
    en: "Starts the flow when somebody calls one of your numbers. What the flow says is what the caller hears.",
    es: "Inicia el flujo cuando alguien llama a uno de sus números. Lo que dice el flujo es lo que oye quien llama.",
  },
  family: "voice",
  icon: "phone-incoming",
  params: Type.Object({}, { additionalProperties: false }),
  gives: Type.Object({
    call: Type.Object({
      sid: Type.String({ description: "The call's id at Twilio: CA…" }),
      from: Type.String({ description: "Who calls; a word such as anonymous when the number is hidden." }),
      to: Type.String({ description: "Our number." }),
      direction: Type.String(),
      callerCity: optional,
      callerState: optional,
      callerZip: optional,
      callerCountry: optional,
      forwardedFrom: Type.Union([Type.String(), Type.Null()], {
        description: "The number the call was forwarded from, where the carrier tells.",
      }),
      callerName: optional,
    }),
  }),
  answers: "reply",
  example: { title: { en: "Somebody calls", es: "Alguien llama" }, params: {} },
});
