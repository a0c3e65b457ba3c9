import { fieldOf, isRecord } from "../../engine/core/plain-data.ts";
import type { RunRecord } from "./run-record.ts";
import { scrubbed } from "./scrub.ts";
import { heardAt } from "./spoken.ts";
import { type Visit, visitsOf } from "./timeline.ts";

/** A run as a scenario of the examples has it: how it began, what the person did, and what came of it. Nobody's data is in it. */
export function scenarioOfRun(run: RunRecord): object {
  const visits = visitsOf(run);
  const outbound = run.messages.filter(({ direction }) => direction === "outbound");
  const later = run.messages.filter(({ direction }) => direction === "inbound");
  const scenario = {
    name: `${run.flow}: ${run.outcome?.name ?? run.status}`,
    when: beginningOf(run, visits),
    ...(later.length === 0 ? {} : { later: later.map(replyOf) }),
    // biome-ignore lint/suspicious/noThenProperty: the format of scenarios says "then"
    then: {
      run: { status: run.status, ...(run.outcome ? { outcome: run.outcome.name } : {}) },
      path: visits.map(({ nodeId }) => nodeId),
      ...(outbound.length === 0 ? {} : { messages: outbound.map(messageOf) }),
      ...(Object.keys(run.credits).length === 0 ? {} : { credits: negative(run.credits) }),
    },
  };
  const keep = new Set(run.messages.map(({ number }) => number));
  for (const own of [
    fieldOf(fieldOf(run.input, "number"), "e164"),
    fieldOf(fieldOf(run.input, "call"), "to"),
  ]) {
    if (typeof own === "string") keep.add(own);
  }
  return { flow: run.flow, scenarios: [scrubbed(scenario, { keep, names: namesOf(run) })] };
}

const NAME_KEYS = /^(nombre|name|first_?name|last_?name|apellidos?|caller_?name|profile_?name)$/i;

/** Whatever came in under a key that names people. */
function namesOf({ contactName, input }: RunRecord): readonly string[] {
  const given = isRecord(input.input)
    ? input.input
    : { call: input.call, message: input.message, body: input.body };
  const found: string[] = contactName === null ? [] : [contactName];
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look);
    if (!isRecord(value)) return;
    for (const [key, item] of Object.entries(value)) {
      if (typeof item === "string" && NAME_KEYS.test(key)) found.push(item);
      else look(item);
    }
  };
  look(given);
  return found;
}

function beginningOf(run: RunRecord, visits: readonly Visit[]): object {
  const { input, contact } = run;
  const call = fieldOf(input, "call");
  if (isRecord(call)) {
    const inputs = inputsOf(visits);
    return {
      call: { from: call.from ?? "anonymous", to: call.to, ...(inputs.length > 0 ? { inputs } : {}) },
    };
  }
  const message = fieldOf(input, "message");
  if (isRecord(message)) {
    const { from, to, body = "", channel } = message;
    return { message: { from, to, body, ...(channel === undefined ? {} : { channel }) } };
  }
  if (run.trigger === "data.event") return { event: input };
  if (run.trigger === "http.webhook") return { webhook: fieldOf(input, "body") ?? input };
  return {
    request: fieldOf(input, "input") ?? input,
    ...(contact === null ? {} : { contact: { phone: contact } }),
  };
}

function inputsOf(visits: readonly Visit[]): readonly (string | { readonly speech: string })[] {
  return visits.flatMap((visit) => {
    const heard = heardAt(visit);
    if (heard) return [heard.kind === "pressed" ? heard.text : { speech: heard.text }];
    if (visit.port === "hung_up") return ["hangup"];
    return visit.type === "twilio.gather" && visit.port === "timeout" ? ["silence"] : [];
  });
}

function replyOf({ contact, number, body, channel }: RunRecord["messages"][number]): object {
  return { reply: { from: contact ?? "", to: number, body, channel } };
}

function messageOf({ channel, status, body }: RunRecord["messages"][number]): object {
  return { channel, status, bodyContains: body };
}

function negative(credits: RunRecord["credits"]): Record<string, number> {
  return Object.fromEntries(Object.entries(credits).map(([meter, units]) => [meter, -units]));
}
