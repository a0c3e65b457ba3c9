import { definePlugin } from "../../engine/plugin-api.ts";
import bulk from "./nodes/bulk.ts";
import consent from "./nodes/consent.ts";
import handoff from "./nodes/handoff.ts";
import send from "./nodes/send.ts";
import sendAndWait from "./nodes/send-and-wait.ts";
import template from "./nodes/template.ts";
import waitForClick from "./nodes/wait-for-click.ts";
import window from "./nodes/window.ts";
import status from "./triggers/status.ts";

export default definePlugin({
  id: "messaging",
  title: { en: "Messages", es: "Mensajes" },
  nodes: [send, sendAndWait, template, bulk, handoff, consent, window, waitForClick],
  triggers: [status],
});
