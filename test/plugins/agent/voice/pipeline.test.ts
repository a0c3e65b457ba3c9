import { describe, expect, test, vi } from "vitest";
import type { JsonObject } from "../../../../engine/plugin-api.ts";
import { startDeepgram } from "../../../../plugins/agent/emulator/voice/deepgram.ts";
import { startElevenLabs } from "../../../../plugins/agent/emulator/voice/elevenlabs.ts";
import { startRealtime } from "../../../../plugins/agent/emulator/voice/realtime.ts";
import type { SocketStandIn } from "../../../../plugins/agent/emulator/voice/socket-server.ts";
import { deepgramAccountOf, elevenLabsAccountOf } from "../../../../plugins/agent/speech-accounts.ts";
import { pipelineCarrier } from "../../../../plugins/agent/voice/pipeline/carrier.ts";
import { fluxHearing, novaHearing } from "../../../../plugins/agent/voice/pipeline/deepgram.ts";
import { elevenLabsSpeaking } from "../../../../plugins/agent/voice/pipeline/elevenlabs.ts";
import { realtimeCarrier } from "../../../../plugins/agent/voice/realtime/carrier.ts";
import type { Order, SpeechToText, VoiceEngine } from "../../../../plugins/agent/voice/voice-order.ts";
import { emulated } from "../emulated.ts";
import { hotelPolicy } from "../turn/conversation.ts";
import { call, closes, WAIT } from "./phone-stream.ts";
import { relayAgent } from "./relay-agent.ts";

const GREETING = "Hotel Sol, buenas tardes.";
const ANY = { type: "object", properties: {}, additionalProperties: true };
const TOOLS = ["consultar_disponibilidad", "crear_reserva", "end_call"].map((name) => ({
  name,
  description: name,
  parameters: ANY,
}));
const INSTRUCTIONS = "Eres la recepción. Hoy es 2026-11-28, sábado.";

interface Options {
  readonly engines?: Order<VoiceEngine>;
  readonly hears?: Order<SpeechToText>;
  readonly prepare?: (standIns: { deepgram: SocketStandIn; elevenlabs: SocketStandIn }) => void;
}

/** A call to all stand-ins at once: who hears, who thinks, who speaks. */
async function pipelineCall({
  engines = ["pipeline"],
  hears = ["deepgram-flux", "deepgram-nova"],
  prepare,
}: Options = {}) {
  const deepgram = await startDeepgram("dg-key");
  const elevenlabs = await startElevenLabs("el-key");
  const realtime = await startRealtime("sk-live");
  for (const standIn of [deepgram, elevenlabs, realtime]) closes(standIn.close);
  const { emulator, account } = await emulated();
  prepare?.({ deepgram, elevenlabs });
  const dg = deepgramAccountOf({ apiKey: "dg-key", baseUrl: `http://${deepgram.host}` });
  const el = elevenLabsAccountOf({ apiKey: "el-key", baseUrl: `http://${elevenlabs.host}/`, voiceId: "voz" });
  const policy = {
    ...hotelPolicy(),
    language: "es-MX",
    languages: ["en-US"],
    greeting: GREETING,
    silenceMs: 7_000,
    filler: null,
  };
  const request = { instructions: INSTRUCTIONS, tools: TOOLS, maxTokens: 400 };
  const pipeline = pipelineCarrier(
    {
      order: { hears, speaks: ["elevenlabs"] },
      hearing: { "deepgram-flux": fluxHearing(dg), "deepgram-nova": novaHearing(dg) },
      speaking: { elevenlabs: elevenLabsSpeaking(el) },
      language: "es-MX",
      greeting: GREETING,
    },
    relayAgent({ policy, account, request }),
  );
  const session = {
    instructions: INSTRUCTIONS,
    tools: TOOLS,
    language: "es-MX",
    voice: "marin",
    detection: { kind: "server", silenceMs: 500, threshold: 0.5 },
    transcription: "gpt-realtime-whisper",
    maxTokens: 400,
  } as const;
  const ran: string[] = [];
  const logs: string[] = [];
  const { phone, left } = await call({
    engines,
    carriers: {
      pipeline,
      realtime: realtimeCarrier(
        { ...policy, session },
        {
          apiKey: "sk-live",
          baseUrl: `https://${realtime.host}/v1`,
          model: "gpt-realtime-2.1",
          ca: realtime.ca,
        },
      ),
    },
    runTool: async ({ name }, values) => {
      ran.push(`${name} ${JSON.stringify(values)}`);
      return { text: '{"disponible":true,"codigo":"R-100"}' };
    },
    log: (words) => void logs.push(words),
  });
  return { deepgram, elevenlabs, realtime, emulator, phone, left, ran, logs };
}

const sentTo = ({ log }: SocketStandIn) =>
  log.flatMap(({ dir, frame }) => (dir === "in" ? [frame as JsonObject] : []));

describe("a call over hearing, model and voice", () => {
  test.each([["deepgram-flux"], ["deepgram-nova"]] as const)(
    "%s hears, ElevenLabs speaks",
    async (hearing) => {
      const { phone, deepgram, elevenlabs } = await pipelineCall({ hears: [hearing] });
      await phone.listensTo(GREETING);
      phone.says("Quiero una habitación");
      await phone.listensTo("¿Para qué fecha?");
      const [upgrade] = deepgram.upgrades;
      expect(upgrade?.url).toContain(
        hearing === "deepgram-flux" ? "/v2/listen?model=flux-" : "/v1/listen?model=nova-3",
      );
      expect(upgrade?.url).toContain("encoding=mulaw&sample_rate=8000");
      expect(upgrade?.headers.authorization).toBe("Token dg-key");
      expect(elevenlabs.upgrades[0]?.url).toContain("/v1/text-to-speech/voz/multi-stream-input?");
      expect(elevenlabs.upgrades).toHaveLength(1);
    },
  );

  test("whoever talks over the agent gets silence, and the model is told what was heard", async () => {
    const { phone, emulator, elevenlabs } = await pipelineCall();
    emulator.script({
      text: "Tenemos habitaciones con vista al mar. Todas con desayuno incluido y piscina.",
    });
    await phone.listensTo(GREETING);
    phone.says("¿Qué tienen?");
    await phone.hears("y piscina.");
    phone.plays(1_800);
    phone.says("Quiero una habitación");
    await vi.waitFor(() => expect(phone.clears).toBe(1), WAIT);
    await phone.listensTo("¿Para qué fecha?");
    expect(phone.heard).not.toContain("desayuno");
    const told = emulator
      .asked()
      .at(-1)
      ?.messages.map(({ role, content }) => `${role}: ${content}`);
    expect(told).toContain("assistant: Tenemos habitaciones con [interrupted]");
    expect(sentTo(elevenlabs)).toContainEqual({ context_id: "answer-2", close_context: true });
  });

  test("a write is read back and runs after a yes", async () => {
    const { phone, emulator, ran } = await pipelineCall();
    emulator.script({ calls: [{ name: "crear_reserva", arguments: { fecha: "2026-12-01", personas: 2 } }] });
    await phone.listensTo(GREETING);
    phone.says("Resérveme una habitación");
    await phone.listensTo("personas 2. ¿Lo confirma?");
    expect(ran).toEqual([]);
    await vi.waitFor(() => {
      phone.plays();
      phone.says("Sí.");
      expect(ran).toEqual(['crear_reserva {"fecha":"2026-12-01","personas":2}']);
    }, WAIT);
  });

  test("who asks for a person leaves once it was said", async () => {
    const { phone, left } = await pipelineCall();
    await phone.listensTo(GREETING);
    phone.says("Quiero hablar con una persona");
    await phone.listensTo("Le paso con una persona del equipo.");
    await vi.waitFor(() => {
      phone.plays();
      expect(phone.isClosed).toBe(true);
    }, WAIT);
    expect(await left).toMatchObject({ port: "handoff", reason: "asked_for_person" });
  });

  test("a caller who hangs up ends it", async () => {
    const { phone, left } = await pipelineCall();
    await phone.listensTo(GREETING);
    phone.hangUp();
    expect(await left).toMatchObject({ port: "hung_up" });
  });
});

describe("when a vendor fails", () => {
  test("hearing that is refused twice is done by the next one", async () => {
    const { phone, deepgram, logs } = await pipelineCall({
      prepare: ({ deepgram: dg }) => {
        dg.faults.next({ kind: "status", status: 429 });
        dg.faults.next({ kind: "status", status: 429 });
      },
    });
    await phone.listensTo(GREETING);
    await vi.waitFor(() => expect(deepgram.upgrades).toHaveLength(3), WAIT);
    phone.says("Quiero una habitación");
    await phone.listensTo("¿Para qué fecha?");
    expect(deepgram.upgrades.map(({ url }) => url.slice(0, 10))).toEqual([
      "/v2/listen",
      "/v2/listen",
      "/v1/listen",
    ]);
    expect(logs[0]).toContain("deepgram-flux hears no more");
  });

  test("hearing that is cut in the middle of a sentence hears it again", async () => {
    const { phone, deepgram } = await pipelineCall({
      prepare: ({ deepgram: dg }) => dg.faults.next({ kind: "cut", after: 1 }),
    });
    await phone.listensTo(GREETING);
    phone.says("Quiero una habitación");
    await phone.listensTo("¿Para qué fecha?");
    expect(deepgram.upgrades).toHaveLength(2);
  });

  test("a voice that is cut in the middle says the rest again, and nothing twice", async () => {
    const { phone, elevenlabs, emulator } = await pipelineCall({
      prepare: ({ elevenlabs: el }) => el.faults.next({ kind: "cut", after: 2 }),
    });
    emulator.script({ text: "Tenemos habitaciones libres. Todas con desayuno." });
    await phone.listensTo(GREETING);
    phone.says("¿Qué tienen?");
    await phone.listensTo("Todas con desayuno.");
    expect(elevenlabs.upgrades).toHaveLength(2);
    expect(phone.heard).toBe(`${GREETING} Tenemos habitaciones libres. Todas con desayuno.`);
  });

  test("frames that are no JSON are borne", async () => {
    const { phone } = await pipelineCall({
      prepare: ({ deepgram }) => deepgram.faults.next({ kind: "malformed", after: 0 }),
    });
    await phone.listensTo(GREETING);
    phone.says("Quiero una habitación");
    await phone.listensTo("¿Para qué fecha?");
  });

  test("where nobody speaks any more, people take over", async () => {
    const { left } = await pipelineCall({
      prepare: ({ elevenlabs }) => {
        elevenlabs.faults.next({ kind: "status", status: 429 });
        elevenlabs.faults.next({ kind: "status", status: 429 });
      },
    });
    expect(await left).toMatchObject({ port: "handoff", reason: "voice_lost" });
  });

  test("a model that hears and speaks takes the call over with what was said", async () => {
    const { phone, realtime, logs } = await pipelineCall({
      engines: ["pipeline", "realtime"],
      prepare: ({ elevenlabs }) => {
        elevenlabs.faults.next({ kind: "cut", after: 1 });
        elevenlabs.faults.next({ kind: "status", status: 429 });
      },
    });
    await phone.listensTo(GREETING);
    phone.says("Quiero una habitación");
    await phone.listensTo("¿Me lo puede repetir?");
    phone.says("Quiero una habitación para mañana");
    await phone.listensTo("¿Para cuántas personas?");
    expect(logs.at(-1)).toContain("pipeline gave the call up");
    const retold = sentTo(realtime).filter(({ type }) => type === "conversation.item.create");
    expect(JSON.stringify(retold)).toContain("Quiero una habitación");
  });

  test("our own chain takes over from a model that is cut, and greets nobody again", async () => {
    const { phone, realtime } = await pipelineCall({ engines: ["realtime", "pipeline"] });
    await phone.listensTo(GREETING);
    await realtime.close();
    await phone.listensTo("¿Me lo puede repetir?");
    phone.says("Quiero una habitación");
    await phone.listensTo("¿Para qué fecha?");
    expect(phone.heard.split(GREETING)).toHaveLength(2);
  });
});
