import { definePlugin } from "../../engine/plugin-api.ts";
import { httpAuth } from "./credentials.ts";
import request from "./nodes/request.ts";
import webhook from "./triggers/webhook.ts";

export default definePlugin({
  id: "http",
  title: { en: "Web requests", es: "Peticiones web" },
  nodes: [request],
  triggers: [webhook],
  credentials: [httpAuth],
});
