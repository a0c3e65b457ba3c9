import { createHmac } from "node:crypto";
import { EARLY_MS, META, TWILIO, type VendorFault } from "../vendors.ts";
import { postForm } from "../webhook-poster.ts";
import { type Fault, nothingToHeal, type World } from "./fault.ts";
import { orderUntilMet } from "./order-until-met.ts";

const KINDS: readonly VendorFault[] = [
  { kind: "duplicate-callbacks" },
  { kind: "reorder-callbacks" },
  { kind: "lose-callbacks" },
  { kind: "slow", ms: EARLY_MS },
];

/** C6 */
export const callbackTrouble: Fault = {
  id: "C6",
  title: "callbacks: twice, out of order, lost, before our answer, forged",
  async act(world) {
    for (let forgery = 0; forgery < 5 * world.scale; forgery++) {
      await forge(world);
      await world.rest(100);
    }
    for (let round = 0; round < world.scale; round++) await orderUntilMet(world, KINDS);
  },
  heal: nothingToHeal,
};

/** Somebody who knows an effect, but no secret, says that it failed; and that a message came in. */
async function forge(world: World): Promise<void> {
  const ref = `SMforged${String(world.random.between(0, 999_999_999)).padStart(9, "0")}`;
  const effectId = await someEffect(world);
  const status = { MessageSid: ref, MessageStatus: "failed", AccountSid: TWILIO.accountSid };
  const { poster } = world.load;
  const path = `/hooks/twilio/status/${effectId}?s=forged`;
  const statuses = [
    await postForm(poster.post, world.cluster.url, path, status, "forged-token"),
    await poster.sms(
      { sid: ref, from: "+573110009999", to: world.cluster.tenants[0]?.phone ?? "", body: "" },
      "forged",
    ),
    await forgeMeta(world, ref, effectId),
  ];
  for (const answered of statuses) world.books.forged({ ref, status: answered });
  world.books.count("C6 forged callbacks", statuses.length);
}

async function someEffect({ cluster }: World): Promise<string> {
  const rows = await cluster.postgres.query<{ id: string }>(
    "select id from effects order by created_at desc limit 1",
  );
  return rows[0]?.id ?? "eff_none";
}

function forgeMeta({ load }: World, ref: string, effectId: string): Promise<number> {
  const status = { id: ref, status: "failed", biz_opaque_callback_data: effectId };
  const value = { messaging_product: "whatsapp", metadata: {}, statuses: [status] };
  const entry = [{ id: "1", changes: [{ field: "messages", value }] }];
  const body = JSON.stringify({ object: "whatsapp_business_account", entry });
  const signature = createHmac("sha256", `not ${META.appSecret}`).update(body).digest("hex");
  const headers = { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` };
  return load.poster.post("/hooks/meta", headers, body);
}
