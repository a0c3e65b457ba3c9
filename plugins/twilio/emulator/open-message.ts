import { AppError } from "../../../engine/plugin-api.ts";
import { reportStatus } from "./message-delivery.ts";
import type { World } from "./world.ts";

/** The recipient reads a message. @throws AppError INPUT_INVALID for one that is not there to be read */
export async function openMessage(world: World, sid: string): Promise<void> {
  const entry = world.ledger.find(sid);
  if (entry?.channel !== "whatsapp" || entry.status !== "delivered")
    throw new AppError(
      "INPUT_INVALID",
      `Message ${sid} is ${entry?.status ?? "unknown"}; only a delivered WhatsApp message can be read.`,
    );
  const read = world.ledger.update(sid, {
    status: "read",
    details: { updatedAt: world.now().toISOString() },
  });
  if (read) await reportStatus(world, read);
}
