import { callbackTrouble } from "./callback-trouble.ts";
import { cutConnections } from "./cut-connections.ts";
import type { Fault } from "./fault.ts";
import { freeze } from "./freeze.ts";
import { killAll } from "./kill-all.ts";
import { killWorker } from "./kill-worker.ts";
import { partition } from "./partition.ts";
import { replyRace } from "./reply-race.ts";
import { stopDatabase } from "./stop-database.ts";
import { vendorTrouble } from "./vendor-trouble.ts";
import { webhookStorm } from "./webhook-storm.ts";

/** Faults of clocks (C9), disks (C10) and power (C15) need tools of the operating system and are not among them. */
export const ALL_FAULTS: readonly Fault[] = [
  killWorker,
  killAll,
  stopDatabase,
  cutConnections,
  vendorTrouble,
  callbackTrouble,
  webhookStorm,
  replyRace,
  partition,
  freeze,
];
