import { defineNode, next } from "../../../engine/plugin-api.ts";
import { MarkOutput, MarkParams, mark } from "./mark.ts";

export default defineNode({
  type: "meta.mark-read",
  version: 1,
  title: { en: "Mark as read", es: "Marcar como leído" },
  help: {
    en: "Shows the person that their WhatsApp message, and those before it, were read. Use it before a flow takes its time.",
    es: "Muestra a la persona que su mensaje de WhatsApp, y los anteriores, se han leído. Úselo antes de que el flujo se tome su tiempo.",
  },
  family: "messages",
  icon: "checks",
  params: MarkParams,
  outputs: { next: MarkOutput },
  ports: ["next"],
  effect: "repeatable",
  credential: "meta.app",
  example: {
    title: { en: "The message that started the flow", es: "El mensaje que inició el flujo" },
    params: { messageId: "{{ trigger.message.sid }}" },
  },
  run: async function markAsRead(ctx, params) {
    return next("next", await mark(ctx, params, false));
  },
});
