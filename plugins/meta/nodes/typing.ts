import { defineNode, next } from "../../../engine/plugin-api.ts";
import { MarkOutput, MarkParams, mark } from "./mark.ts";

export default defineNode({
  type: "meta.typing",
  version: 1,
  title: { en: "Show typing", es: "Mostrar «escribiendo»" },
  help: {
    en: "Shows the person for up to 25 seconds that an answer is being written, and marks their message as read. Use it before steps that take a while.",
    es: "Muestra a la persona, hasta 25 segundos, que se está escribiendo una respuesta, y marca su mensaje como leído. Úselo antes de pasos que tardan.",
  },
  family: "messages",
  icon: "dots",
  params: MarkParams,
  outputs: { next: MarkOutput },
  ports: ["next"],
  effect: "repeatable",
  credential: "meta.app",
  example: {
    title: { en: "While the stock is looked up", es: "Mientras se consultan las existencias" },
    params: { messageId: "{{ trigger.message.sid }}" },
  },
  run: async function showTyping(ctx, params) {
    return next("next", await mark(ctx, params, true));
  },
});
