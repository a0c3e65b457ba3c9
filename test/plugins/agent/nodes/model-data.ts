import { type ContextData, contextData } from "../../../../engine/plugin-testing/node-context.ts";
import { emulated, KEY } from "../emulated.ts";

/** What a node reaches: an emulated model and business system, and data to look at. */
export async function withModel(given: Partial<ContextData> = {}) {
  const { emulator, account, erp } = await emulated();
  const credentials = {
    "openai.account": { apiKey: KEY, baseUrl: account.baseUrl, model: "demo" },
    "agent.erp": { baseUrl: erp, apiKey: KEY },
  };
  return { emulator, data: contextData({ credentials, ...given }) };
}
