import { definePlugin } from "centralita/plugin-api";
import account from "./credentials.ts";
import points from "./nodes/points.ts";

export default definePlugin({
  id: "loyalty",
  title: { en: "Loyalty programme", es: "Programa de puntos" },
  nodes: [points],
  credentials: [account],
});
