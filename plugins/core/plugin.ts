import { definePlugin } from "../../engine/plugin-api.ts";
import branch from "./nodes/branch.ts";
import callFlow from "./nodes/call-flow.ts";
import code from "./nodes/code.ts";
import dataGet from "./nodes/data-get.ts";
import dataPut from "./nodes/data-put.ts";
import end from "./nodes/end.ts";
import forEach from "./nodes/for-each.ts";
import goal from "./nodes/goal.ts";
import hours from "./nodes/hours.ts";
import join from "./nodes/join.ts";
import parallel from "./nodes/parallel.ts";
import reply from "./nodes/reply.ts";
import set from "./nodes/set.ts";
import split from "./nodes/split.ts";
import wait from "./nodes/wait.ts";
import waitForCallback from "./nodes/wait-for-callback.ts";
import waitForSignal from "./nodes/wait-for-signal.ts";
import called from "./triggers/called.ts";
import event from "./triggers/event.ts";
import schedule from "./triggers/schedule.ts";

export default definePlugin({
  id: "core",
  title: { en: "Logic", es: "Lógica" },
  nodes: [
    branch,
    split,
    set,
    code,
    wait,
    waitForCallback,
    waitForSignal,
    forEach,
    parallel,
    join,
    callFlow,
    hours,
    goal,
    dataGet,
    dataPut,
    reply,
    end,
  ],
  triggers: [schedule, called, event],
});
