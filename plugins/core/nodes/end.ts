import { defineNode, end, type Json, Type } from "../../../engine/plugin-api.ts";

export default defineNode({
  type: "core.end",
  version: 1,
  title: { en: "End", es: "Terminar" },
  help: {
    en: "Ends the flow here and gives the outcome a name, so that reports can count it. The output goes to whoever started the flow.",
    es: "Termina el flujo aquí y da un nombre al resultado, para que los informes puedan contarlo. La salida llega a quien inició el flujo.",
  },
  family: "logic",
  icon: "flag-check",
  params: Type.Object(
    {
      outcome: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 64,
          default: "completed",
          title: "Outcome",
          description: "A short name such as `reserved` or `no_answer`.",
          "x-es": { title: "Resultado", description: "Un nombre corto, como `reservado` o `sin_respuesta`." },
        }),
      ),
      output: Type.Optional(
        Type.Record(Type.String(), Type.Unsafe<Json>({}), {
          title: "Output",
          description: "Values to hand back, by name.",
          "x-widget": "json",
          "x-es": { title: "Salida", description: "Valores que se devuelven, por nombre." },
        }),
      ),
    },
    { additionalProperties: false },
  ),
  outputs: {},
  ports: [],
  effect: "none",
  example: {
    title: { en: "The reservation was confirmed", es: "La reserva se confirmó" },
    params: { outcome: "confirmed", output: { reservation: "{{ trigger.input.reservation }}" } },
  },
  run: function endRun(_ctx, params) {
    return end(params.outcome ?? "completed", params.output ?? {});
  },
});
