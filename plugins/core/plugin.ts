import { definePlugin } from "../../engine/plugin-api.ts";
import branch from "./nodes/branch.ts";
import code from "./nodes/code.ts";
import dataGet from "./nodes/data-get.ts";
import dataPut from "./nodes/data-put.ts";
import end from "./nodes/end.ts";
import hours from "./nodes/hours.ts";
import reply from "./nodes/reply.ts";
import set from "./nodes/set.ts";
import wait from "./nodes/wait.ts";
import waitForCallback from "./nodes/wait-for-callback.ts";
import waitForSignal from "./nodes/wait-for-signal.ts";
import schedule from "./triggers/schedule.ts";

export default definePlugin({
  id: "core",
  title: { en: "Logic", es: "Lógica" },
  nodes: [branch, set, code, wait, hours, reply, end, waitForCallback, waitForSignal, dataGet, dataPut],
  triggers: [schedule],
});
