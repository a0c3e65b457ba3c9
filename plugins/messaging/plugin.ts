import { definePlugin } from "../../engine/plugin-api.ts";
import bulk from "./nodes/bulk.ts";
import send from "./nodes/send.ts";
import template from "./nodes/template.ts";

export default definePlugin({
  id: "messaging",
  title: { en: "Messages", es: "Mensajes" },
  nodes: [send, template, bulk],
});
