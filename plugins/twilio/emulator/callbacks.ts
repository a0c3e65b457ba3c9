import type { WebhookCall, Webhooks } from "./webhooks.ts";

/** How the callbacks of one message or call are delivered. */
export type CallbackManner = "normal" | "duplicate" | "reorder" | "lose";

/** Sends the callbacks of one message or call, one after the other. */
export interface CallbackLine {
  report(call: WebhookCall): Promise<void>;
  /** Sends what was held back. Call it at the end. */
  flush(): Promise<void>;
}

export function createCallbackLine(webhooks: Webhooks, manner: CallbackManner): CallbackLine {
  const held: WebhookCall[] = [];
  const send = async (call: WebhookCall) => void (await webhooks.send(call));
  return {
    async report(call) {
      if (manner === "lose") return;
      if (manner === "reorder") return void held.push(call);
      await send(call);
      if (manner === "duplicate") await send(call);
    },
    async flush() {
      for (const call of held.splice(0).reverse()) await send(call);
    },
  };
}
