import { defineNode, end, Type } from "../../../../engine/plugin-api.ts";
import { es } from "../../spanish.ts";
import { verb } from "../../twiml.ts";

export default defineNode({
  type: "twilio.reject",
  version: 1,
  title: { en: "Reject the call", es: "Rechazar la llamada" },
  help: {
    en: "Refuses an incoming call without answering it, so it costs nothing. Only works before anything was said; the run ends here.",
    es: "Rechaza una llamada entrante sin contestarla, así que no cuesta nada. Solo sirve antes de decir algo; la ejecución acaba aquí.",
  },
  family: "voice",
  icon: "phone-x",
  params: Type.Object(
    {
      reason: Type.Enum(["rejected", "busy"], {
        default: "rejected",
        title: "The caller hears",
        description: "rejected = the number is not in service; busy = the busy tone.",
        ...es("La persona oye", "rejected = el número no está en servicio; busy = el tono de ocupado."),
      }),
    },
    { additionalProperties: false },
  ),
  outputs: {},
  ports: [],
  effect: "none",
  needsLine: true,
  example: { title: { en: "Give a busy tone", es: "Dar tono de ocupado" }, params: { reason: "busy" } },
  run(_ctx, params) {
    return end("rejected", { reason: params.reason }, [verb("Reject", { reason: params.reason })]);
  },
});
