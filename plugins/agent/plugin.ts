import { definePlugin } from "../../engine/plugin-api.ts";
import { deepgramAccount, elevenLabsAccount, erpAccount, modelAccount } from "./credentials.ts";
import { startModelEmulator } from "./emulator/emulator.ts";
import { simulatedAccount } from "./emulator/simulated-account.ts";
import classify from "./nodes/classify.ts";
import extract from "./nodes/extract.ts";
import reply from "./nodes/reply.ts";
import summarize from "./nodes/summarize.ts";
import voice from "./nodes/voice.ts";
import relaySocket from "./voice/socket.ts";

export default definePlugin({
  id: "agent",
  title: { en: "AI agents", es: "Agentes de IA" },
  nodes: [reply, voice, classify, extract, summarize],
  credentials: [modelAccount, erpAccount, deepgramAccount, elevenLabsAccount],
  sockets: [relaySocket],
  emulator: startModelEmulator,
  simulation: simulatedAccount,
});
