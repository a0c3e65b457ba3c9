import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `npm run dev` finds the engine. */
const ENGINE = process.env.CENTRALITA_URL ?? "http://127.0.0.1:3000";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  server: {
    port: 5173,
    proxy: {
      "/api": ENGINE,
      "/media": ENGINE,
      "/ws": { target: ENGINE, ws: true },
    },
  },
  build: { target: "es2023", sourcemap: false, chunkSizeWarningLimit: 1500 },
  worker: { format: "es" },
});
