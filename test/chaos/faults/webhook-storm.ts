import { codeOf, phoneOf } from "../load-plan.ts";
import { createWebhookPoster } from "../webhook-poster.ts";
import { type Fault, nothingToHeal, type World } from "./fault.ts";

const CONNECTIONS = 8;
const COPIES = 20;
const IDS = 15;

/** C7 */
export const webhookStorm: Fault = {
  id: "C7",
  title: "the same messages twenty times each, from eight connections at once",
  async act(world) {
    const first = world.books.counts.get("C7 messages") ?? 0;
    const messages = Array.from({ length: IDS * world.scale }, (_, index) => message(world, first + index));
    world.books.count("C7 messages", messages.length);
    const copies = world.random.shuffle(messages.flatMap((one) => Array.from({ length: COPIES }, () => one)));
    const poster = createWebhookPoster(world.cluster.url, CONNECTIONS);
    try {
      await Promise.all(
        copies.map(async ({ delivery, to }) => {
          const sms = { sid: delivery.key, from: delivery.phone, to, body: "hola" };
          const status = await poster.sms(sms);
          if (status >= 200 && status < 300) delivery.ackedAt ??= Date.now();
          world.books.count("C7 copies sent");
        }),
      );
    } finally {
      await poster.close();
    }
  },
  heal: nothingToHeal,
};

function message({ books, cluster, random, seed }: World, index: number) {
  const tenant = random.pick(cluster.tenants);
  const delivery = books.sent({
    key: `SM${codeOf(seed, "storm", index)}`,
    tenantId: tenant.id,
    kind: "storm",
    phone: phoneOf(index, "storm"),
  });
  return { delivery, to: tenant.phone };
}
