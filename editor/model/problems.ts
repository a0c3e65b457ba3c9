import { checkFlow } from "../../engine/core/check-flow.ts";
import type { CheckTools, Problem } from "../../engine/core/check-tools.ts";

export { browserCheckTools } from "./browser-check-tools.ts";
export type { CheckTools, Problem };

/** As the server tells them when a draft is saved or published. */
export function problemsOf(flow: unknown, tools: CheckTools): Problem[] {
  return checkFlow(flow, tools);
}
