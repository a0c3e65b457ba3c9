import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `npm run dev` finds the engine. */
const ENGINE = process.env.CENTRALITA_URL ?? "http://127.0.0.1:3000";

const OWN = { origin: ENGINE, "sec-fetch-site": "same-origin" };

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  server: {
    port: 5173,
    // The engine takes changes from its own pages only; here this server's pages are its own.
    proxy: {
      // Not all of /api: the editor has a room of that name.
      "^/api/(v1|docs|openapi)": { target: ENGINE, headers: OWN },
      "/media": { target: ENGINE, headers: OWN },
      "/ws": { target: ENGINE, headers: OWN, ws: true },
    },
  },
  build: { target: "es2023", sourcemap: false, chunkSizeWarningLimit: 1500 },
  worker: { format: "es" },
});
