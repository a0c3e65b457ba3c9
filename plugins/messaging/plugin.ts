import { definePlugin } from "../../engine/plugin-api.ts";
import bulk from "./nodes/bulk.ts";
import consent from "./nodes/consent.ts";
import send from "./nodes/send.ts";
import template from "./nodes/template.ts";
import waitForClick from "./nodes/wait-for-click.ts";
import window from "./nodes/window.ts";

export default definePlugin({
  id: "messaging",
  title: { en: "Messages", es: "Mensajes" },
  nodes: [send, template, bulk, consent, window, waitForClick],
});
