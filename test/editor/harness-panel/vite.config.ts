import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { answer } from "./fixtures.ts";

/** `npx vite test/editor/harness-panel --config test/editor/harness-panel/vite.config.ts` shows the panel by itself. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), { name: "fixtures", configureServer: (server) => void server.middlewares.use(answer) }],
  server: { port: 5199, hmr: false, fs: { strict: false } },
  cacheDir: "/tmp/vite-panel",
  build: { target: "es2023" },
});
