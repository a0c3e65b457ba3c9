import { describe, expect, test, vi } from "vitest";
import type { JsonObject } from "../../../../engine/plugin-api.ts";
import { type RealtimeStandIn, startRealtime } from "../../../../plugins/agent/emulator/voice/realtime.ts";
import type { ToolOutcome } from "../../../../plugins/agent/turn/events.ts";
import { realtimeCarrier } from "../../../../plugins/agent/voice/realtime/carrier.ts";
import type { RealtimePolicy } from "../../../../plugins/agent/voice/realtime/realtime-state.ts";
import { hotelPolicy } from "../turn/conversation.ts";
import { call, closes, WAIT } from "./phone-stream.ts";

const GREETING = "Hotel Sol, buenas tardes.";
const STEADY = { type: "object", properties: {}, additionalProperties: true };

function policyWith(detection: RealtimePolicy["session"]["detection"]): RealtimePolicy {
  const tools = ["consultar_disponibilidad", "crear_reserva", "end_call"];
  return {
    ...hotelPolicy(),
    language: "es-MX",
    greeting: GREETING,
    silenceMs: 7_000,
    filler: null,
    session: {
      instructions: "Eres la recepción. Hoy es 2026-11-28, sábado.",
      tools: tools.map((name) => ({ name, description: name, parameters: STEADY })),
      language: "es-MX",
      voice: "marin",
      detection,
      transcription: "gpt-realtime-whisper",
      maxTokens: 700,
    },
  };
}

/** A call that was cut: its arguments are not whole. */
const CUT = {
  response: {
    status: "cancelled",
    status_details: { reason: "turn_detected" },
    output: [{ type: "function_call", status: "incomplete" }],
  },
};
const SERVER = { kind: "server", silenceMs: 500, threshold: 0.5 } as const;

/** A call to the stand-in, through the vendor's own package. */
async function realtimeCall(
  options: {
    readonly prepare?: (standIn: RealtimeStandIn) => void;
    readonly detection?: RealtimePolicy["session"]["detection"];
    readonly runTool?: (name: string, values: JsonObject) => Promise<ToolOutcome>;
  } = {},
) {
  const standIn = await startRealtime("sk-live");
  closes(standIn.close);
  options.prepare?.(standIn);
  const ran: string[] = [];
  const logs: string[] = [];
  const account = {
    apiKey: "sk-live",
    baseUrl: `https://${standIn.host}/v1`,
    model: "gpt-realtime-2.1",
    ca: standIn.ca,
  };
  const start = realtimeCarrier(policyWith(options.detection ?? SERVER), account);
  const never = () => {
    throw new Error("nobody is to take over");
  };
  const { phone, left } = await call({
    engines: ["realtime"],
    carriers: { realtime: start, pipeline: never },
    runTool: async ({ name }, values) => {
      ran.push(`${name} ${JSON.stringify(values)}`);
      return (await options.runTool?.(name, values)) ?? { text: '{"disponible":true}' };
    },
    log: (words) => void logs.push(words),
  });
  const told = (type: string) =>
    standIn.log.flatMap(({ dir, frame }) =>
      dir === "in" && (frame as JsonObject).type === type ? [frame as JsonObject] : [],
    );
  const sent = (type: string) =>
    standIn.log.flatMap(({ dir, frame }) =>
      dir === "out" && (frame as JsonObject).type === type ? [frame as JsonObject] : [],
    );
  return { standIn, phone, left, ran, logs, told, sent };
}

describe("a call over Realtime", () => {
  test("greets, hears the caller with µ-law as it came and answers", async () => {
    const { phone, standIn, told } = await realtimeCall();
    await phone.listensTo(GREETING);
    phone.says("Quiero una habitación");
    await phone.listensTo("¿Para qué fecha?");
    expect(standIn.upgrades[0]?.url).toBe("/v1/realtime?model=gpt-realtime-2.1");
    expect(standIn.upgrades[0]?.headers["openai-beta"]).toBeUndefined();
    expect(told("session.update")[0]).toMatchObject({
      session: {
        type: "realtime",
        audio: {
          input: { format: { type: "audio/pcmu" }, turn_detection: { type: "server_vad" } },
          output: { format: { type: "audio/pcmu" } },
        },
      },
    });
  });

  test("waits for the end of a sentence where its turns end by meaning", async () => {
    const { phone, sent } = await realtimeCall({ detection: { kind: "semantic", eagerness: "high" } });
    await phone.listensTo(GREETING);
    phone.says("Quiero una habitación, por favor,", 600);
    phone.says("para mañana", 600);
    await phone.listensTo("¿Para cuántas personas?");
    expect(sent("input_audio_buffer.committed")).toHaveLength(1);
  });

  test("whoever talks over the agent gets silence, and the server's history ends where it was heard", async () => {
    const long = "Tenemos habitaciones con vista al mar y desayuno incluido todos los días";
    const { phone, told, sent } = await realtimeCall({
      prepare: (standIn) => standIn.script({ text: long }),
    });
    await phone.listensTo(GREETING);
    phone.says("Qué tienen");
    await phone.hears("los días");
    const { clears } = phone;
    phone.plays(1_500);
    phone.says("Quiero una habitación");
    await vi.waitFor(() => expect(phone.clears).toBe(clears + 1), WAIT);
    await phone.listensTo("¿Para qué fecha?");
    expect(phone.heard).toContain("Tenemos habitaciones");
    expect(phone.heard).not.toContain("desayuno");
    const cut = told("conversation.item.truncate").at(-1);
    expect(cut?.audio_end_ms).toBeGreaterThan(1_000);
    expect(cut?.audio_end_ms).toBeLessThanOrEqual(1_500);
    expect(sent("conversation.item.truncated").at(-1)?.audio_end_ms).toBe(cut?.audio_end_ms);
    expect(sent("error")).toEqual([]);
  });

  test("a call of a response that was interrupted is not run", async () => {
    const { phone, ran, sent, standIn, left } = await realtimeCall({
      prepare: (one) => one.faults.next({ kind: "stall", after: 4 }),
    });
    // The greeting is four words of sound; whatever would come then hangs.
    await phone.listensTo(GREETING);
    standIn.script({ calls: [{ name: "consultar_disponibilidad", arguments: { fecha: "2026-12-01" } }] });
    phone.says("Hay sitio el martes");
    await vi.waitFor(() => expect(sent("response.created")).toHaveLength(2), WAIT);
    standIn.script({ text: "Dígame." });
    phone.says("No, espere");
    await vi.waitFor(() => expect(sent("response.done").at(-1)).toMatchObject(CUT), WAIT);
    phone.hangUp();
    await left;
    expect(ran).toEqual([]);
  });

  test("a tool that reads runs once its call came whole, and the model goes on with what it found", async () => {
    const { phone, ran, told } = await realtimeCall({
      prepare: (standIn) =>
        standIn.script({ calls: [{ name: "consultar_disponibilidad", arguments: { fecha: "2026-12-01" } }] }),
    });
    await phone.listensTo(GREETING);
    phone.says("Quiero una habitación");
    await vi.waitFor(() => expect(ran).toEqual(['consultar_disponibilidad {"fecha":"2026-12-01"}']), WAIT);
    await vi.waitFor(
      () =>
        expect(told("conversation.item.create")[0]).toMatchObject({
          item: { type: "function_call_output", output: '{"disponible":true}' },
        }),
      WAIT,
    );
    await phone.listensTo("¿Para qué fecha?");
  });

  test("a write is read back, waits for a yes that code heard, and only then runs", async () => {
    const { phone, ran, told } = await realtimeCall({
      prepare: (standIn) =>
        standIn.script({
          calls: [{ name: "crear_reserva", arguments: { fecha: "2026-12-01", personas: 2 } }],
        }),
      runTool: async () => ({ text: '{"codigo":"R-100"}' }),
    });
    await phone.listensTo(GREETING);
    phone.says("Resérveme una habitación");
    await phone.listensTo("Voy a crear la reserva: fecha 2026-12-01, personas 2. ¿Lo confirma?");
    expect(ran).toEqual([]);
    // Meanwhile the model does not answer by itself.
    const updates = told("session.update");
    expect(updates.at(-1)).toMatchObject({
      session: { audio: { input: { turn_detection: { create_response: false } } } },
    });
    phone.says("Sí");
    await vi.waitFor(() => expect(ran).toEqual(['crear_reserva {"fecha":"2026-12-01","personas":2}']), WAIT);
    await vi.waitFor(
      () =>
        expect(told("session.update").at(-1)).toMatchObject({
          session: { audio: { input: { turn_detection: { create_response: true } } } },
        }),
      WAIT,
    );
  });

  test("who asks for a person is passed on, whatever the model had begun to say", async () => {
    const { phone, left } = await realtimeCall();
    await phone.listensTo(GREETING);
    phone.says("Quiero hablar con una persona");
    await phone.listensTo("Le paso con una persona del equipo.");
    await vi.waitFor(() => {
      phone.plays();
      expect(phone.isClosed).toBe(true);
    }, WAIT);
    expect(await left).toMatchObject({ port: "handoff", reason: "asked_for_person" });
  });

  test("key 0 reaches a person as well", async () => {
    const { phone, left } = await realtimeCall();
    await phone.listensTo(GREETING);
    phone.presses("0");
    await phone.listensTo("Le paso con una persona");
    await vi.waitFor(() => {
      phone.plays();
      expect(phone.isClosed).toBe(true);
    }, WAIT);
    expect(await left).toMatchObject({ port: "handoff", reason: "key_0" });
  });

  test("a caller who hangs up ends it", async () => {
    const { phone, left } = await realtimeCall();
    await phone.listensTo(GREETING);
    phone.hangUp();
    expect(await left).toMatchObject({ port: "hung_up" });
  });

  test("ten frames that are none end it; a few are borne", async () => {
    const { phone, left, logs } = await realtimeCall();
    await phone.listensTo(GREETING);
    phone.raw("no json");
    phone.says("Quiero una habitación");
    await phone.listensTo("¿Para qué fecha?");
    for (let count = 0; count < 9; count += 1) phone.raw('{"event": 1}');
    expect(await left).toMatchObject({ port: "failed", reason: "malformed_frames" });
    expect(logs).toContain("a frame of the phone that is none");
  });

  test.each([
    ["refuses the connection", { kind: "status", status: 429 }],
    ["is cut in the middle", { kind: "cut", after: 2 }],
  ] as const)("where nobody can take over from a server that %s, people do", async (_, fault) => {
    const { left } = await realtimeCall({ prepare: (standIn) => standIn.faults.next(fault) });
    expect(await left).toMatchObject({ port: "handoff", reason: "voice_lost" });
  });
});
