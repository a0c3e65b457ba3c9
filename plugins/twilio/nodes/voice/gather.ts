import { defineNode, type NodeContext, Type, wait } from "../../../../engine/plugin-api.ts";
import { checkGather, keyAttributes, speechAttributes } from "../../gather/attributes.ts";
import { GatherFields, type GatherParams } from "../../gather/params.ts";
import { hangupKeys } from "../../line.ts";
import { type Prompt, promptParts, promptSeconds } from "../../prompt.ts";
import { type AttributeValue, type TwimlPart, verb } from "../../twiml.ts";

// What was said before the prompt plays first, and a person may speak for a while after it.
const SLACK_SECONDS = 300;
const LONGEST_ANSWER_SECONDS = 60;

const Digits = Type.Object({ digits: Type.String({ description: "The keys pressed." }) });

export default defineNode({
  type: "twilio.gather",
  version: 1,
  title: { en: "Ask", es: "Preguntar" },
  help: {
    en: "Asks the person on the call something and waits for keys or a spoken answer. Use it for menus (“press 1 for…”), codes and open questions.",
    es: "Pregunta algo a la persona en la llamada y espera teclas o una respuesta hablada. Sirve para menús («marque 1 para…»), códigos y preguntas abiertas.",
  },
  family: "voice",
  icon: "dialpad",
  params: GatherFields,
  outputs: {
    digits: Digits,
    speech: Type.Object({
      speech: Type.String({ description: "What the person said." }),
      confidence: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    }),
    timeout: Type.Object({}),
    hung_up: Type.Object({}),
    "*": Digits,
  },
  ports: ["digits", "speech", "timeout", "hung_up", { each: "digitPorts" }],
  effect: "none",
  waits: true,
  needsLine: true,
  example: {
    title: { en: "Sales or support", es: "Ventas o soporte" },
    params: {
      prompt: { text: "Para ventas marque 1. Para soporte marque 2." },
      digitPorts: ["1", "2"],
      retries: 1,
    },
  },
  run(ctx, params) {
    checkGather(ctx, params);
    const prompts = promptsOf(params);
    return wait({
      keys: [ctx.urls.stepKey, ...hangupKeys(ctx)],
      events: eventsOf(params),
      until: new Date(ctx.now.getTime() + secondsNeeded(prompts, params) * 1000),
      timeoutPort: "timeout",
      reply: gatherVerbs(ctx, params, prompts),
    });
  },
});

/** Gathers in a row: without an answer Twilio falls through to the next; only the last reports that nothing came. */
function gatherVerbs(ctx: NodeContext, params: GatherParams, prompts: readonly Prompt[]): TwimlPart[] {
  const attrs = gatherAttributes(ctx, params);
  const listener = { locale: ctx.locale, country: ctx.tenant.country, nodeId: ctx.nodeId };
  return prompts.map((prompt, index) => {
    const last = index === prompts.length - 1;
    const children = promptParts(prompt, listener);
    return verb(
      "Gather",
      { ...attrs, actionOnEmptyResult: last || undefined },
      children.length > 0 ? { children } : {},
    );
  });
}

function promptsOf(params: GatherParams): Prompt[] {
  const { prompt, retries, retryPrompts, retryPrompt = prompt } = params;
  const again = (time: number) => retryPrompts[time] ?? retryPrompts.at(-1) ?? retryPrompt;
  return [prompt, ...Array.from({ length: retries }, (_, time) => again(time))];
}

function gatherAttributes(
  ctx: NodeContext,
  params: GatherParams,
): Record<string, AttributeValue | undefined> {
  return {
    input: params.input === "both" ? ["dtmf", "speech"] : [params.input],
    action: ctx.urls.step("twilio/voice/step"),
    method: "POST",
    timeout: params.timeoutSeconds,
    bargeIn: params.bargeIn ? undefined : false,
    ...(params.input === "speech" ? {} : keyAttributes(params)),
    ...(params.input === "dtmf" ? {} : speechAttributes(ctx, params)),
  };
}

function eventsOf(params: GatherParams): Record<string, string> {
  return {
    digits: "digits",
    ...Object.fromEntries(params.digitPorts.map((digit) => [`digits:${digit}`, digit])),
    speech: "speech",
    timeout: "timeout",
    hangup: "hung_up",
  };
}

function secondsNeeded(prompts: readonly Prompt[], params: GatherParams): number {
  const asking = prompts.reduce(
    (sum, prompt) => sum + promptSeconds(prompt) + params.timeoutSeconds + LONGEST_ANSWER_SECONDS,
    0,
  );
  return asking + SLACK_SECONDS;
}
