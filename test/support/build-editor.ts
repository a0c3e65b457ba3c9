import path from "node:path";
import { build } from "vite";

/** Builds the editor once for a run of browser tests, as `npm run build` does. */
export default async function setup(): Promise<void> {
  const before = process.env.NODE_ENV;
  // Tests run as "test", for which React would be its slow self that nobody is given.
  process.env.NODE_ENV = "production";
  try {
    await build({
      root: path.join(import.meta.dirname, "..", "..", "editor"),
      configFile: path.join(import.meta.dirname, "..", "..", "editor", "vite.config.ts"),
      logLevel: "error",
    });
  } finally {
    process.env.NODE_ENV = before;
  }
}
