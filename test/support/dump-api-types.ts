/** `npm run api:types`: writes what the editor's client knows of the API. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadConfig } from "../../engine/config.ts";
import type { OpenApi } from "../../engine/http/openapi.ts";
import { startCentralita } from "../../engine/main.ts";
import { API_TYPES_FILE, apiTypesOf } from "./api-types.ts";

const dataDir = await mkdtemp(path.join(tmpdir(), "centralita-api-types-"));
const app = await startCentralita(
  loadConfig({ PORT: "0", HOST: "127.0.0.1", DATA_DIR: dataDir, EMULATORS: "on", LOG_LEVEL: "error" }),
);
try {
  const response = await fetch(`${app.url}/api/openapi.json`);
  await writeFile(API_TYPES_FILE, await apiTypesOf((await response.json()) as OpenApi));
  console.log(`Wrote ${path.relative(process.cwd(), API_TYPES_FILE)}.`);
} finally {
  await app.stop();
  await rm(dataDir, { recursive: true, force: true });
}
