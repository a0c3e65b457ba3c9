import { definePlugin } from "../../engine/plugin-api.ts";
import run from "./triggers/run.ts";

export default definePlugin({
  id: "api",
  title: { en: "API", es: "API" },
  triggers: [run],
});
