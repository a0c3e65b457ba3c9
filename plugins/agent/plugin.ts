import { definePlugin } from "../../engine/plugin-api.ts";
import { erpAccount, modelAccount } from "./credentials.ts";
import { startModelEmulator } from "./emulator/emulator.ts";

export default definePlugin({
  id: "agent",
  title: { en: "AI agents", es: "Agentes de IA" },
  credentials: [modelAccount, erpAccount],
  emulator: startModelEmulator,
});
