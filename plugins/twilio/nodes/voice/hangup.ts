import { defineNode, end, Type } from "../../../../engine/plugin-api.ts";
import { verb } from "../../twiml.ts";

export default defineNode({
  type: "twilio.hangup",
  version: 1,
  title: { en: "Hang up", es: "Colgar" },
  help: {
    en: "Ends the call, after whatever was still to be said. The run ends here.",
    es: "Termina la llamada, después de lo que faltaba por decir. La ejecución acaba aquí.",
  },
  family: "voice",
  icon: "phone-off",
  params: Type.Object({}, { additionalProperties: false }),
  outputs: {},
  ports: [],
  effect: "none",
  needsLine: true,
  example: { title: { en: "Hang up", es: "Colgar" }, params: {} },
  run() {
    return end("hung_up", {}, [verb("Hangup")]);
  },
});
