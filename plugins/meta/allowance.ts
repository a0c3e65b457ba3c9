import type { AllowanceRule } from "../../engine/plugin-api.ts";

/**
 * What WhatsApp gives away. Until October 2026 answers within 24 hours cost nothing at all, so nothing was counted; since then
 * each number has a thousand delivered ones a month. Reactions are neither billed nor counted.
 */
export const ALLOWANCE: readonly AllowanceRule[] = [
  {
    from: "2026-10-01T00:00:00Z",
    amount: 1000,
    categories: ["service", "group_service"],
    usedBy: ["free_customer_service", "free_group_customer_service"],
    free: ["free_customer_service", "free_group_customer_service", "free_entry_point"],
  },
];
