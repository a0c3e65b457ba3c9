import { describe, expect, test } from "vitest";
import { advanceRealtime, newRealtime } from "../../../../plugins/agent/voice/realtime/realtime.ts";
import type {
  RealtimeAction,
  RealtimeInput,
  RealtimePolicy,
  RealtimeState,
  RealtimeTimer,
} from "../../../../plugins/agent/voice/realtime/realtime-state.ts";
import { readServerEvent } from "../../../../plugins/agent/voice/realtime/server-events.ts";
import { readStreamFrame } from "../../../../plugins/agent/voice/stream-frames.ts";
import { hotelPolicy } from "../turn/conversation.ts";

const POLICY: RealtimePolicy = {
  ...hotelPolicy(),
  language: "es-MX",
  greeting: "",
  silenceMs: 7_000,
  filler: "Un segundo.",
  session: {
    instructions: "Recepción.",
    tools: [],
    language: "es-MX",
    voice: "marin",
    detection: { kind: "semantic", eagerness: "auto" },
    transcription: "gpt-realtime-whisper",
    maxTokens: 400,
  },
};
const SOUND = Buffer.alloc(1_600).toString("base64");

/** A call under way, with the timers that run. */
class Call {
  state: RealtimeState;
  readonly timers = new Map<RealtimeTimer, number>();
  #last: readonly RealtimeAction[] = [];

  constructor() {
    const { state, actions } = newRealtime(POLICY);
    this.state = state;
    this.#take(actions);
  }

  /** Ready, and silent. */
  static begun(): Call {
    const call = new Call();
    const start = {
      streamSid: "MZ1",
      callSid: "CA1",
      mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8_000 },
    };
    call.frame({ event: "start", streamSid: "MZ1", start });
    call.server({ type: "session.created" });
    call.server({ type: "session.updated", session: {} });
    return call;
  }

  frame(frame: object) {
    return this.#on({ kind: "stream", frame: readStreamFrame(JSON.stringify(frame), null) });
  }

  server(event: object) {
    return this.#on({ kind: "server", event: readServerEvent(event) });
  }

  on(input: RealtimeInput) {
    return this.#on(input);
  }

  fires(timer: RealtimeTimer) {
    expect([...this.timers.keys()]).toContain(timer);
    this.timers.delete(timer);
    return this.#on({ kind: "timer", timer });
  }

  /** The caller has said something, and the server answers by itself. */
  says(item: string, text: string | null = null) {
    this.server({ type: "input_audio_buffer.speech_started", item_id: item });
    this.server({ type: "input_audio_buffer.committed", item_id: item });
    if (text !== null) this.transcribed(item, text);
  }

  transcribed(item: string, transcript: string) {
    const type = "conversation.item.input_audio_transcription.completed";
    return this.server({ type, item_id: item, transcript });
  }

  responds(id: string, words: string) {
    this.server({ type: "response.created", response: { id } });
    this.server({
      type: "response.output_audio_transcript.delta",
      response_id: id,
      item_id: `i-${id}`,
      delta: words,
    });
    return this.server({
      type: "response.output_audio.delta",
      response_id: id,
      item_id: `i-${id}`,
      delta: SOUND,
    });
  }

  ends(id: string, output: readonly object[] = []) {
    return this.server({ type: "response.done", response: { id, status: "completed", output } });
  }

  told() {
    return this.#last.flatMap((action) => (action.kind === "tell" ? [action.event] : []));
  }

  history() {
    return this.state.talk.history.map((entry) =>
      entry.role === "person" || entry.role === "agent" ? entry.text : entry.role,
    );
  }

  #on(input: RealtimeInput): readonly RealtimeAction[] {
    const { state, actions } = advanceRealtime(POLICY, this.state, input);
    this.state = state;
    this.#take(actions);
    return actions;
  }

  #take(actions: readonly RealtimeAction[]) {
    this.#last = actions;
    for (const action of actions) {
      if (action.kind === "arm") this.timers.set(action.timer, action.ms);
      if (action.kind === "disarm") this.timers.delete(action.timer);
    }
  }
}

describe("the record of a call over Realtime", () => {
  test("[5] what the model answered enters it behind the words that come later", () => {
    const call = Call.begun();
    call.says("u1");
    call.responds("r1", "Buenas tardes.");
    call.ends("r1");
    expect(call.history()).toEqual([]);
    call.transcribed("u1", "Hola");
    expect(call.history()).toEqual(["Hola", "Buenas tardes."]);
  });

  test("[5] where the words never come it goes on without them", () => {
    const call = Call.begun();
    call.says("u1");
    call.responds("r1", "Buenas tardes.");
    call.ends("r1");
    call.fires("transcript");
    expect(call.history()).toEqual(["(inaudible)", "Buenas tardes."]);
    expect(call.transcribed("u1", "Hola")).toEqual([]);
  });

  test("[2] of an interrupted answer it has what marks say was heard", () => {
    const call = Call.begun();
    call.says("u1", "Hola");
    call.responds("r1", "Buenas tardes, Hotel Sol.");
    call.frame({ event: "mark", streamSid: "MZ1", mark: { name: "g0:100:i-r1" } });
    call.server({ type: "input_audio_buffer.speech_started", item_id: "u2" });
    expect(call.told()).toEqual([
      { type: "conversation.item.truncate", item_id: "i-r1", content_index: 0, audio_end_ms: 100 },
    ]);
    expect(call.history()).toEqual(["Hola", "Buenas"]);
    const late = { type: "response.output_audio.delta", response_id: "r1", item_id: "i-r1", delta: SOUND };
    expect(call.server(late)).toEqual([]);
  });

  test("[3] calls of a response that was talked over are not run, also where it says it came whole", () => {
    const call = Call.begun();
    call.says("u1", "Hola");
    call.responds("r1", "Miro.");
    call.server({ type: "input_audio_buffer.speech_started", item_id: "u2" });
    const output = [
      {
        type: "function_call",
        status: "completed",
        call_id: "c1",
        name: "consultar_disponibilidad",
        arguments: "{}",
      },
    ];
    expect(call.ends("r1", output).map(({ kind }) => kind)).not.toContain("run");
  });

  test("an answer nobody wants is cancelled as soon as it begins", () => {
    const call = Call.begun();
    call.says("u1", "Quiero hablar con una persona");
    const actions = call.server({ type: "response.created", response: { id: "r1" } });
    expect(actions).toContainEqual({ kind: "tell", event: { type: "response.cancel" } });
  });
});

describe("the clock of a call over Realtime", () => {
  test("[1] the caller's sound waits for the session, and not all of it for ever", () => {
    const call = new Call();
    call.frame({ event: "start", start: { streamSid: "MZ1", callSid: "CA1" } });
    for (let count = 0; count < 300; count += 1)
      call.frame({ event: "media", streamSid: "MZ1", media: { track: "inbound", payload: SOUND } });
    call.server({ type: "session.created" });
    call.server({ type: "session.updated", session: {} });
    expect(call.told().filter(({ type }) => type === "input_audio_buffer.append")).toHaveLength(250);
  });

  test("a session that is not ready in time is given up, a call that never begins has failed", () => {
    const call = new Call();
    call.frame({ event: "start", start: { streamSid: "MZ1", callSid: "CA1" } });
    expect(call.fires("setup").at(-1)).toMatchObject({ kind: "fail_over" });
    const nobody = new Call();
    expect(nobody.fires("setup").at(-1)).toMatchObject({
      kind: "done",
      exit: { port: "failed", reason: "no_setup" },
    });
  });

  test("[6] an answer that hangs is apologised for; a server that hangs is given up", () => {
    const call = Call.begun();
    call.says("u1", "Hola");
    const first = call.fires("answer");
    const line = first.find((action) => action.kind === "tell" && action.event.type === "response.create");
    expect(JSON.stringify(line)).toContain("Say exactly: Disculpe");
    const second = call.fires("answer").at(-1);
    expect(second).toMatchObject({ kind: "fail_over", reason: "the model says nothing any more" });
    expect(call.timers.size).toBe(0);
  });

  test("[7] after the end nothing changes", () => {
    const call = Call.begun();
    expect(call.on({ kind: "lost", reason: "gone" }).at(-1)).toMatchObject({
      kind: "fail_over",
      reason: "gone",
    });
    expect(call.frame({ event: "stop", streamSid: "MZ1" })).toEqual([]);
  });

  test("a caller who says nothing is asked, and in the end let go", () => {
    const call = Call.begun();
    expect(call.timers.get("silence")).toBe(7_000);
    call.fires("silence");
    expect(JSON.stringify(call.told())).toContain("¿Sigue ahí?");
  });

  test("while a tool takes its time something is said; one that takes too long is given up", () => {
    const call = Call.begun();
    call.says("u1", "¿Hay sitio?");
    call.server({ type: "response.created", response: { id: "r1" } });
    const output = [
      {
        type: "function_call",
        status: "completed",
        call_id: "c1",
        name: "consultar_disponibilidad",
        arguments: "{}",
      },
    ];
    expect(call.ends("r1", output).map(({ kind }) => kind)).toContain("run");
    call.fires("filler");
    expect(JSON.stringify(call.told())).toContain("Say exactly: Un segundo.");
    call.fires("tool");
    expect(JSON.stringify(call.told())).toContain("It took too long");
    expect(call.state.talk.phase).toBe("thinking");
  });
});

describe("frames of Media Streams", () => {
  test.each([
    ["no JSON", "malformed"],
    ['{"event":"start","start":{"callSid":"CA1"}}', "malformed"],
    [
      '{"event":"start","start":{"streamSid":"MZ1","callSid":"CA1","mediaFormat":{"encoding":"audio/l16","sampleRate":8000}}}',
      "malformed",
    ],
    ['{"event":"media","streamSid":"MZ2","media":{"payload":"AAAA"}}', "unknown"],
    ['{"event":"media","streamSid":"MZ1","media":{"track":"outbound","payload":"AAAA"}}', "unknown"],
    ['{"event":"media","streamSid":"MZ1","media":{"payload":"?"}}', "malformed"],
    ['{"event":"media","streamSid":"MZ1","media":{"payload":"AAAA"}}', "media"],
    ['{"event":"dtmf","streamSid":"MZ1","dtmf":{"digit":"1"}}', "dtmf"],
  ])("%s is %s", (data, type) => {
    expect(readStreamFrame(data, "MZ1").type).toBe(type);
  });
});
