import type { Flow } from "../../core/flow.ts";
import { newId } from "../../ids.ts";
import type { Registry } from "../../registry.ts";
import type { NumberBinding } from "../../store/twins.ts";
import type { TenantDirectory } from "../directory.ts";

type OwnNumber = TenantDirectory["numbers"][number];

interface Listener {
  readonly column: "voice_flow_key" | "message_flow_key";
  carries(number: OwnNumber): boolean;
}

/** What triggers listen on numbers, by the second half of their type; the first is the numbers' provider. */
const LISTENERS: Readonly<Record<string, Listener>> = {
  "incoming-call": { column: "voice_flow_key", carries: ({ voice }) => voice },
  "incoming-message": { column: "message_flow_key", carries: ({ sms, whatsapp }) => sms || whatsapp },
};

/** Numbers the flow is to answer: those that are its own, else all that its triggers can listen on. */
export function bindings(numbers: readonly OwnNumber[], { key, nodes }: Flow): readonly NumberBinding[] {
  return nodes.flatMap(({ type }) => {
    const [provider, name = ""] = type.split(".");
    const listener = LISTENERS[name];
    if (!listener) return [];
    const { column, carries } = listener;
    const able = numbers.filter((number) => number.provider === provider && carries(number));
    const bound = able.some((number) => number[column] === key);
    return bound ? [] : able.map(({ id }) => ({ id, [column]: key }));
  });
}

/** For a tenant that has none yet: a number to try things with, at the vendor the flow listens to. */
export function playNumber(
  registry: Registry,
  provider: string,
  { country, key }: Pick<Flow, "key"> & { readonly country: string },
) {
  const carries = (kind: "sms" | "whatsapp") => registry.channel(provider, kind) !== undefined;
  return {
    id: newId("number"),
    e164: PLAY_NUMBERS[country] ?? "+12025550100",
    label: "Simulation",
    provider,
    provider_id: carries("sms") ? null : "900000000000001",
    voice: registry.trigger(`${provider}.incoming-call`) !== undefined,
    sms: carries("sms"),
    whatsapp: carries("whatsapp"),
    voice_flow_key: key,
    message_flow_key: key,
    pace_per_second: 1_000,
  };
}

const PLAY_NUMBERS: Readonly<Record<string, string>> = { CO: "+576015550190", ES: "+34910550190" };
