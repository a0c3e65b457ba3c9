import type { HearingEvent, OpenHearing } from "./ports.ts";
import { openVendorSocket } from "./vendor-socket.ts";

export interface DeepgramAccount {
  readonly apiKey: string;
  /** `wss://api.deepgram.com` */
  readonly baseUrl: string;
  /** Of nova, and of Flux. */
  readonly novaModel: string;
  readonly fluxModel: string;
}

export type Frame = Readonly<Record<string, unknown>>;
/** Reads what one connection says, in order. */
export type HearingReader = (frame: Frame) => readonly HearingEvent[];

/** Words come in parts; a turn ends where the speech does, or, where noise hides that, with the utterance. */
export function novaReader(): HearingReader {
  let finals: string[] = [];
  const turn = (): readonly HearingEvent[] => {
    const text = finals.join(" ");
    finals = [];
    return text === "" ? [] : [{ kind: "turn", text, language: null }];
  };
  return (frame) => {
    if (frame.type === "UtteranceEnd") return turn();
    if (frame.type !== "Results") return [];
    const text = transcriptOf(frame);
    // Nothing understood is what it mostly says.
    if (frame.is_final !== true) return text === "" ? [] : [partial([...finals, text])];
    if (text !== "") finals.push(text);
    if (frame.speech_final === true) return turn();
    return text === "" ? [] : [partial(finals)];
  };
}

function partial(texts: readonly string[]): HearingEvent {
  return { kind: "partial", text: texts.join(" ") };
}

function transcriptOf({ channel }: Frame): string {
  const { alternatives } = (channel ?? {}) as { alternatives?: readonly Frame[] };
  const transcript = Array.isArray(alternatives) ? (alternatives[0] as Frame | undefined)?.transcript : "";
  return typeof transcript === "string" ? transcript.trim() : "";
}

/** It says itself when a turn is over. An eager end is a guess, and a part like any other. */
export function fluxReader(): HearingReader {
  return (frame) => {
    if (frame.type !== "TurnInfo" || typeof frame.transcript !== "string") return [];
    const text = frame.transcript.trim();
    if (text === "") return [];
    if (frame.event !== "EndOfTurn") return [{ kind: "partial", text }];
    const [language = null] = Array.isArray(frame.languages) ? frame.languages : [];
    return [{ kind: "turn", text, language: typeof language === "string" ? language : null }];
  };
}

const SOUND = { encoding: "mulaw", sample_rate: "8000" };

export function novaHearing({ apiKey, baseUrl, novaModel }: DeepgramAccount): OpenHearing {
  return (on, language) =>
    open({ apiKey, url: `${baseUrl}/v1/listen?${novaQuery(novaModel, language)}` }, novaReader(), on);
}

function novaQuery(model: string, language: string): URLSearchParams {
  return new URLSearchParams({
    model,
    ...SOUND,
    channels: "1",
    language: language.split("-")[0] ?? language,
    interim_results: "true",
    endpointing: "300",
    utterance_end_ms: "1000",
    smart_format: "true",
    mip_opt_out: "true",
  });
}

export function fluxHearing({ apiKey, baseUrl, fluxModel }: DeepgramAccount): OpenHearing {
  return (on, language) => {
    const query = new URLSearchParams({
      model: fluxModel,
      ...SOUND,
      eot_threshold: "0.7",
      mip_opt_out: "true",
    });
    if (fluxModel.endsWith("-multi")) query.set("language_hint", language.split("-")[0] ?? language);
    return open({ apiKey, url: `${baseUrl}/v2/listen?${query}` }, fluxReader(), on);
  };
}

function open(
  { apiKey, url }: { readonly apiKey: string; readonly url: string },
  read: HearingReader,
  on: Parameters<OpenHearing>[0],
) {
  const socket = openVendorSocket(
    url,
    { authorization: `Token ${apiKey}` },
    {
      frame: (frame) => {
        for (const event of read(frame)) on.event(event);
      },
      closed: on.lost,
    },
  );
  return {
    // The phone sends its silence as well, so nothing need keep the connection alive.
    hear: (audio: Buffer) => socket.send(audio),
    close: () => {
      socket.send(JSON.stringify({ type: "CloseStream" }));
      socket.close();
    },
  };
}
