/**
 * What does a TwiML answer cost? Microseconds to render what a node gave, beside Twilio's own builder writing the same
 * document. Both are run in turns, and the median of the rounds counts.
 */
import twilio from "twilio";
import { renderTwiml, type TwimlPart, verb } from "../../plugins/twilio/twiml.ts";
import type { BenchRow } from "./run.ts";

const ROUNDS = 21;
const CALLS_A_ROUND = 2_000;

type VoiceResponse = InstanceType<typeof twilio.twiml.VoiceResponse>;

interface Document {
  readonly what: string;
  readonly parts: readonly TwimlPart[];
  build(response: VoiceResponse): void;
}

const ACTION = "https://flow.test/hooks/twilio/voice/step/run_019a%3Amenu%3A1";
const WHISPER =
  "https://flow.test/hooks/twilio/voice/whisper/run_019a%3An%3A1?text=Llamada%20para%20ventas&key=1";
const VOICE = { voice: "Polly.Mia-Neural", language: "es-MX" } as const;
const GREETING = "Gracias por llamar a Tom & Jerry. Para ventas, presione 1. Para soporte, presione 2.";
const NUMBERS = Array.from({ length: 10 }, (_, index) => `+57300999000${index}`);
const LONG = "Ésta es una frase que se repite. ".repeat(120);

const DOCUMENTS: readonly Document[] = [
  {
    what: "a menu: Gather with a Say",
    parts: [
      verb(
        "Gather",
        { input: ["dtmf", "speech"], action: ACTION, method: "POST", timeout: 5, numDigits: 1 },
        { children: [verb("Say", VOICE, { text: GREETING })] },
      ),
    ],
    build(response) {
      const input: ("dtmf" | "speech")[] = ["dtmf", "speech"];
      response
        .gather({ input, action: ACTION, method: "POST", timeout: 5, numDigits: 1 })
        .say(VOICE, GREETING);
    },
  },
  {
    what: "a Dial that rings ten, each asked first",
    parts: [
      verb(
        "Dial",
        { action: ACTION, method: "POST", timeout: 20, sequential: true },
        { children: NUMBERS.map((text) => verb("Number", { url: WHISPER, method: "POST" }, { text })) },
      ),
    ],
    build(response) {
      const dial = response.dial({ action: ACTION, method: "POST", timeout: 20, sequential: true });
      for (const number of NUMBERS) dial.number({ url: WHISPER, method: "POST" }, number);
    },
  },
  {
    what: "a Say of 4,000 characters",
    parts: [verb("Say", VOICE, { text: LONG })],
    build(response) {
      response.say(VOICE, LONG);
    },
  },
];

export async function whatDoesATwimlAnswerCost(): Promise<BenchRow[]> {
  return DOCUMENTS.map(measured);
}

function measured({ what, parts, build }: Document): BenchRow {
  const ours = () => renderTwiml(parts);
  const theirs = () => {
    const response = new twilio.twiml.VoiceResponse();
    build(response);
    return response.toString();
  };
  const rounds = Array.from({ length: ROUNDS }, () => [microseconds(ours), microseconds(theirs)] as const);
  const [mine, yardstick] = [median(rounds.map(([one]) => one)), median(rounds.map(([, one]) => one))];
  return {
    what,
    unit: "µs",
    ours: mine,
    yardstick,
    ratio: mine / yardstick,
    p50Ms: null,
    p99Ms: null,
    notes: `${ours().length} bytes; yardstick: twilio's VoiceResponse; median of ${ROUNDS} rounds of ${CALLS_A_ROUND}`,
  };
}

function microseconds(render: () => string): number {
  const started = performance.now();
  for (let call = 0; call < CALLS_A_ROUND; call++) render();
  return ((performance.now() - started) * 1000) / CALLS_A_ROUND;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
