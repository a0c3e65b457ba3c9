import { definePlugin } from "../../engine/plugin-api.ts";
import whatsapp from "./channels/whatsapp.ts";
import metaApp from "./credentials.ts";
import { startMetaEmulator } from "./emulator/meta-emulator.ts";
import { simulatedAccount } from "./emulator/simulated-account.ts";
import media from "./media.ts";
import markRead from "./nodes/mark-read.ts";
import send from "./nodes/send.ts";
import typing from "./nodes/typing.ts";
import numbers from "./numbers/numbers.ts";
import templates from "./templates/adapter.ts";
import incomingMessage from "./triggers/incoming-message.ts";
import metaWebhook from "./webhooks/meta.ts";

/** WhatsApp Business Platform (Cloud API), straight from Meta. */
export default definePlugin({
  id: "meta",
  title: { en: "WhatsApp (Meta)", es: "WhatsApp (Meta)" },
  nodes: [send, markRead, typing],
  triggers: [incomingMessage],
  channels: [whatsapp],
  credentials: [metaApp],
  webhooks: [metaWebhook],
  numbers,
  templates,
  media,
  emulator: startMetaEmulator,
  simulation: simulatedAccount,
});
