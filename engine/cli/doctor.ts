/** `npm run doctor`: looks at configuration, database, address and vendors, and says what to mend. Changes nothing. */
import { BUILT_IN_PLUGINS } from "../built-in-plugins.ts";
import type { Config } from "../config.ts";
import type { Finding } from "../doctor/finding.ts";
import { lookAtAddress } from "../doctor/look-at-address.ts";
import { lookAtConfiguration } from "../doctor/look-at-configuration.ts";
import { lookAtDatabase } from "../doctor/look-at-database.ts";
import { lookAtVendors } from "../doctor/look-at-vendors.ts";
import { loadPluginPackages } from "../plugin-packages.ts";
import { createSafeFetch } from "../runtime/safe-fetch.ts";
import { startEmbeddedPostgres } from "../store/embedded-postgres.ts";
import { commandConfig, fail } from "./environment.ts";

const MARKS = { well: "ok     ", advice: "advice ", trouble: "TROUBLE" } as const;

async function doctor(): Promise<void> {
  const config = commandConfig();
  const findings = [
    ...lookAtConfiguration(config),
    ...(await database(config)),
    ...(await lookAtAddress(config.publicUrl)),
    ...(await vendors(config)),
  ];
  for (const finding of findings) console.log(lineOf(finding));
  if (findings.some(({ state }) => state === "trouble")) process.exitCode = 1;
}

function lineOf({ what, state, says }: Finding): string {
  return `${MARKS[state]}  ${what.padEnd(22)} ${says}`;
}

async function database(config: Config): Promise<readonly Finding[]> {
  const address = config.databaseDirectUrl ?? config.databaseUrl;
  if (address !== null) return lookAtDatabase(address);
  const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir });
  try {
    return await lookAtDatabase(postgres.connection);
  } finally {
    await postgres.stop();
  }
}

async function vendors(config: Config): Promise<readonly Finding[]> {
  const plugins = [...BUILT_IN_PLUGINS, ...(await loadPluginPackages(config.plugins))];
  const allowedOrigins = Object.values(config.operator).flatMap(({ baseUrl }) => baseUrl ?? []);
  const outbound = createSafeFetch({ allowedOrigins });
  try {
    return await lookAtVendors(
      config.operator,
      plugins.flatMap(({ credentials = [] }) => credentials),
      outbound.fetch,
    );
  } finally {
    await outbound.close();
  }
}

doctor().then(() => process.exit(), fail);
