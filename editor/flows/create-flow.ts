import type { Flow } from "../../engine/core/flow.ts";
import { type Answer, ApiFailure, call } from "../api/client.ts";

/** Creates a draft; where its key is taken, asks for another one and tries again. */
export async function createUnderFreeKey(
  draftWith: (taken: readonly string[]) => Flow,
): Promise<Answer<"createFlow">> {
  const taken: string[] = [];
  for (;;) {
    const body = draftWith(taken);
    try {
      return (await call("createFlow", { body })).data;
    } catch (error) {
      const isTaken = error instanceof ApiFailure && error.code === "REVISION_CONFLICT";
      if (!isTaken || taken.includes(body.key)) throw error;
      taken.push(body.key);
    }
  }
}
