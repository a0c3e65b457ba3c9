import { definePlugin } from "../../engine/plugin-api.ts";
import locate from "./nodes/locate.ts";
import { geoProvider, ipProvider } from "./provider.ts";

export default definePlugin({
  id: "geo",
  title: { en: "Places", es: "Lugares" },
  nodes: [locate],
  credentials: [geoProvider, ipProvider],
});
