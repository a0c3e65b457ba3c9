import { pruneAnswers } from "../store/agent-answers.ts";
import { pruneAsks } from "../store/asks.ts";
import { pruneCodes } from "../store/code-sends.ts";
import { countMessages, uncountedTenants } from "../store/conversations.ts";
import { pruneData } from "../store/data-items.ts";
import { pruneInbox } from "../store/deliveries.ts";
import { pruneDestinations } from "../store/destinations.ts";
import { giveUpDoubts, prunePaces } from "../store/effects.ts";
import { pruneMedia } from "../store/media.ts";
import { pruneSessions } from "../store/people.ts";
import { pruneLists } from "../store/recipient-lists.ts";
import { dueRuns } from "../store/runs.ts";
import { fetchDueFiles } from "./inbound-files.ts";
import type { Runtime } from "./runtime.ts";
import { syncDueTemplates } from "./template-submissions.ts";

const EVERY_MS = 1_000;
const DOUBTS_EVERY_MS = 30_000;
const COUNT_EVERY_MS = 5_000;
const PRUNE_EVERY_MS = 10 * 60_000;
const FILES_EVERY_MS = 5_000;
const TEMPLATES_EVERY_MS = 30_000;
const LIMIT = 500;

/**
 * Asks the database what is due (leases that ran out, waits whose time has come, events left over), and for queued runs by
 * `claim`. The database's clock decides; any number of processes may ask at once.
 */
export function startSweeper(
  runtime: Runtime,
  claim: () => void,
  swept: (seconds: number) => void = () => undefined,
): { sweep(): Promise<void>; stop(): void } {
  const sweep = async () => {
    claim();
    const beganAt = performance.now();
    const due = await dueRuns(runtime.db, LIMIT);
    swept((performance.now() - beganAt) / 1000);
    runtime.localWakes.ask([...new Set(due.map((row) => row.run_id))]);
    if (due.length >= LIMIT) await sweep();
  };
  const quietly = (work: () => Promise<unknown>, what: string) => () => {
    work().catch((error) => runtime.log.warn({ err: error }, `${what} failed; it is tried again`));
  };
  const timers = [
    setInterval(quietly(sweep, "the sweep"), EVERY_MS),
    setInterval(
      quietly(
        () => giveUpDoubts(runtime.db, runtime.settings.doubtGraceMs, LIMIT),
        "giving up effects in doubt",
      ),
      DOUBTS_EVERY_MS,
    ),
    setInterval(
      quietly(() => pruneInbox(runtime.db, 10_000), "pruning the inbox"),
      PRUNE_EVERY_MS,
    ),
    setInterval(
      quietly(() => prunePaces(runtime.db, 10_000), "pruning the paces of senders"),
      PRUNE_EVERY_MS,
    ),
    setInterval(
      quietly(() => pruneAsks(runtime.db, 10_000), "pruning questions"),
      PRUNE_EVERY_MS,
    ),
    setInterval(
      quietly(() => countAll(runtime), "counting messages into conversations"),
      COUNT_EVERY_MS,
    ),
    setInterval(
      quietly(() => pruneDestinations(runtime.db, 10_000), "pruning counts of destinations"),
      PRUNE_EVERY_MS,
    ),
    setInterval(
      quietly(() => pruneAnswers(runtime.db, 10_000), "pruning what agents used"),
      PRUNE_EVERY_MS,
    ),
    setInterval(
      quietly(() => pruneData(runtime.db, 10_000), "pruning key-value tables"),
      PRUNE_EVERY_MS,
    ),
    setInterval(
      quietly(() => pruneCodes(runtime.db, 10_000), "pruning codes and deliveries to stores"),
      PRUNE_EVERY_MS,
    ),
  ];
  timers.push(
    setInterval(
      quietly(() => fetchDueFiles(runtime), "fetching files that came with messages"),
      FILES_EVERY_MS,
    ),
    setInterval(
      quietly(() => syncDueTemplates(runtime), "asking vendors about templates"),
      TEMPLATES_EVERY_MS,
    ),
    setInterval(
      quietly(() => pruneMedia(runtime.db, 1_000), "pruning files"),
      PRUNE_EVERY_MS,
    ),
    setInterval(
      quietly(() => pruneSessions(runtime.db, 1_000), "pruning sessions"),
      PRUNE_EVERY_MS,
    ),
    setInterval(
      // Each may have a hundred thousand people.
      quietly(() => pruneLists(runtime.db, runtime.settings.listDays, 20), "pruning lists of people"),
      PRUNE_EVERY_MS,
    ),
  );
  for (const timer of timers) timer.unref();
  return { sweep, stop: () => timers.forEach(clearInterval) };
}

/** Whoever looks counts first; this is for tenants whose inbox nobody looks at. */
async function countAll({ db }: Runtime): Promise<void> {
  for (const tenantId of await uncountedTenants(db, 10_000)) await countMessages(db, tenantId);
}
