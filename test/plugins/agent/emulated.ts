import { afterEach } from "vitest";
import { type ModelAccount, modelAccountOf } from "../../../plugins/agent/account.ts";
import { type ModelEmulator, startModelEmulator } from "../../../plugins/agent/emulator/emulator.ts";

export const KEY = "sk-demo";

const running: ModelEmulator[] = [];
afterEach(async () => {
  for (const emulator of running.splice(0)) await emulator.close();
});

/** An emulated model for one test, and an account that opens it. */
export async function emulated(
  fields: { readonly fallbackModel?: string; readonly capabilities?: string } = {},
): Promise<{ readonly emulator: ModelEmulator; readonly account: ModelAccount; readonly erp: string }> {
  const emulator = await startModelEmulator({ accounts: [{ apiKey: KEY }], paceMs: 0 });
  running.push(emulator);
  const baseUrl = `${emulator.url}/v1`;
  const account = modelAccountOf({ apiKey: KEY, baseUrl, model: "demo", ...fields }, fetch);
  return { emulator, account, erp: `${emulator.url}/erp` };
}
