import path from "node:path";
import { build } from "vite";

/** Builds the editor once for a run of browser tests, as `npm run build` does. */
export default async function setup(): Promise<void> {
  await build({
    root: path.join(import.meta.dirname, "..", "..", "editor"),
    configFile: path.join(import.meta.dirname, "..", "..", "editor", "vite.config.ts"),
    logLevel: "error",
  });
}
