/** `npm run rotate-key`: seals every stored secret with the present master key. */

import { reseal } from "../runtime/reseal.ts";
import { createKeys } from "../runtime/sealing.ts";
import { startEmbeddedPostgres } from "../store/embedded-postgres.ts";
import { commandConfig, fail } from "./environment.ts";

const { masterKey, previousMasterKeys, databaseDirectUrl, databaseUrl, dataDir } = commandConfig();
try {
  const address = databaseDirectUrl ?? databaseUrl;
  const embedded = address === null ? await startEmbeddedPostgres({ dataDir, log: console.error }) : null;
  const keys = createKeys(masterKey, previousMasterKeys);
  try {
    const { changed, kept, unreadable } = await reseal(address ?? embedded?.connection ?? "", keys);
    console.log(`${changed} secrets sealed anew, ${kept} were already under the present key.`);
    if (unreadable.length === 0) console.log("MASTER_KEY_PREVIOUS may go, a day from now.");
    else {
      console.error(
        `${unreadable.length} are sealed with a key that is in neither variable: ${unreadable.join(", ")}`,
      );
      process.exitCode = 1;
    }
  } finally {
    await embedded?.stop();
  }
} catch (error) {
  fail(error);
}
