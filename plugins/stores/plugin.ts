import { definePlugin } from "../../engine/plugin-api.ts";
import menu from "./nodes/menu.ts";
import route from "./nodes/route.ts";

export default definePlugin({
  id: "stores",
  title: { en: "Stores", es: "Tiendas" },
  nodes: [route, menu],
});
