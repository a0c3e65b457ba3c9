import { randomBytes } from "node:crypto";
import type { SimulatedAccount } from "../../../engine/plugin-api.ts";

/** A business system that only one simulation knows: whatever a model does in it, nothing real is booked. */
export const simulatedAccount: SimulatedAccount = {
  credential: "agent.erp",
  newAccount() {
    const apiKey = randomBytes(16).toString("hex");
    return { ref: apiKey.slice(0, 12), fields: { apiKey } };
  },
};
