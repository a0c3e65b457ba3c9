import { definePlugin } from "../../engine/plugin-api.ts";
import branch from "./nodes/branch.ts";
import code from "./nodes/code.ts";
import end from "./nodes/end.ts";
import hours from "./nodes/hours.ts";
import reply from "./nodes/reply.ts";
import set from "./nodes/set.ts";
import wait from "./nodes/wait.ts";

export default definePlugin({
  id: "core",
  title: { en: "Logic", es: "Lógica" },
  nodes: [branch, set, code, wait, hours, reply, end],
});
