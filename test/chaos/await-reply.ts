import { defineNode, definePlugin, Type, wait } from "../../engine/plugin-api.ts";

const awaitReply = defineNode({
  type: "chaos.await-reply",
  version: 1,
  title: { en: "Await a reply", es: "Esperar respuesta" },
  help: {
    en: "Waits until the person writes again, or until the time is over.",
    es: "Espera a que la persona vuelva a escribir, o a que pase el tiempo.",
  },
  family: "messages",
  icon: "message-question",
  params: Type.Object(
    { from: Type.String(), to: Type.String(), withinMs: Type.Integer({ minimum: 1 }) },
    { additionalProperties: false },
  ),
  outputs: { reply: Type.Object({ sid: Type.String() }), timeout: Type.Object({}) },
  ports: ["reply", "timeout"],
  effect: "none",
  waits: true,
  example: {
    title: { en: "Two seconds", es: "Dos segundos" },
    params: { from: "{{ trigger.message.from }}", to: "{{ trigger.message.to }}", withinMs: 2000 },
  },
  run: (ctx, { from, to, withinMs }) =>
    wait({
      until: new Date(ctx.now.getTime() + withinMs),
      timeoutPort: "timeout",
      events: { reply: "reply" },
      keys: [`reply:sms:${to}:${from}`],
    }),
});

/** Brings the one node the harness needs and the catalogue need not have. */
export const chaosPlugin = definePlugin({
  id: "chaos",
  title: { en: "Chaos", es: "Caos" },
  nodes: [awaitReply],
});
