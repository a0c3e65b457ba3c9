import { definePlugin } from "../../engine/plugin-api.ts";
import check from "./nodes/check.ts";
import deduct from "./nodes/deduct.ts";

export default definePlugin({
  id: "credits",
  title: { en: "Credits", es: "Créditos" },
  nodes: [check, deduct],
});
