import type { SocketsView } from "../plugin-api.ts";
import { closeSocket, expectSocket, keepSocketAnswer, readSocket } from "../store/socket-sessions.ts";
import type { Step } from "./effects.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";

// [V6]
const OPEN_WITHIN_SECONDS = 120;
export const PURPOSE = "socket";

/** The socket of one step, as the step sees it. */
export function socketsView(
  { db, keys, settings, sockets }: Runtime,
  { run }: Segment,
  { stepKey }: Step,
): SocketsView {
  const { tenantId, id: runId } = run;
  return {
    async expect({ path, provider, party, plan }) {
      const session = { stepKey, runId, path, provider, party, plan, withinSeconds: OPEN_WITHIN_SECONDS };
      await db.asTenant(tenantId, (scope) => expectSocket(scope, session));
      return {
        url: `${webSocketUrl(settings.publicUrl)}/${path}/${encodeURIComponent(stepKey)}`,
        token: keys.sign(PURPOSE, stepKey),
      };
    },
    async session() {
      const row = await db.asTenant(tenantId, (scope) => readSocket(scope, stepKey));
      return row && { plan: row.plan, state: row.state, wasOpened: row.opened_at !== null };
    },
    listener(question) {
      const open = sockets.of(stepKey)?.questions.get(question);
      return open ? { signal: open.cut.signal, hear: open.hears } : null;
    },
    async answer(question, answer) {
      sockets.of(stepKey)?.questions.get(question)?.answered(answer);
      await db.asTenant(tenantId, (scope) => keepSocketAnswer(scope, { stepKey, question, answer }));
    },
    close: () => db.asTenant(tenantId, (scope) => closeSocket(scope, stepKey)),
  };
}

export function webSocketUrl(publicUrl: string): string {
  return publicUrl.replace(/^http/i, "ws");
}
