import sdk from "twilio";
import type { PhoneCall } from "../../plugins/twilio/emulator/phone.ts";
import type { TestEngine } from "./build-engine.ts";
import type { Scenario } from "./scenario.ts";
import { until } from "./until.ts";

/** Callers who wait in a queue before the one the scenario is about. */
export async function fillQueue(
  { twilio }: TestEngine,
  { given, when }: Scenario,
): Promise<readonly PhoneCall[]> {
  const count = given?.inQueue ?? 0;
  if (count === 0 || !("call" in when)) return [];
  const to = given?.inQueueAt ?? when.call.to;
  const calls = Array.from({ length: count }, (_, index) =>
    twilio.ring({ from: `+57300199000${index}`, to, script: { answers: {} } }),
  );
  await until(`${count} callers in a queue`, async () => (await waitingAt(twilio)) >= count);
  return calls;
}

export async function emptyQueue(calls: readonly PhoneCall[]): Promise<void> {
  for (const call of calls) call.hangup();
  await Promise.all(calls.map(({ done }) => done));
}

/** How many wait in the queues of the emulated account. */
async function waitingAt(twilio: TestEngine["twilio"]): Promise<number> {
  const [account] = twilio.accounts();
  if (!account) return 0;
  const client = sdk(account.accountSid, account.authToken);
  client.api.baseUrl = twilio.url;
  const queues = await client.queues.list();
  return queues.reduce((sum, { currentSize }) => sum + currentSize, 0);
}
