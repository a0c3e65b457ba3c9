import { SegmentedMessage } from "sms-segments-calculator";
import { segmentsOf } from "../../plugins/twilio/segments.ts";
import type { BenchRow } from "./run.ts";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 8) / 8;
const REMINDER =
  "Hola Ana, le recordamos su cita de mañana a las 9:30 en La Espiga Chapinero, Carrera 13 #53-20.";
const TEXTS: readonly (readonly [string, string])[] = [
  ["how long does it take to count a reminder of 95 characters?", REMINDER],
  ["a short plain text?", "Su codigo es 482913"],
  ["three segments of GSM-7?", REMINDER.repeat(4)],
  ["three segments of UCS-2?", `${REMINDER} 🥐`.repeat(2)],
];

/** Segments of an SMS: our count beside Twilio's own calculator. */
export async function smsSegments(): Promise<BenchRow[]> {
  return TEXTS.map(([what, text]) => {
    const ours = microseconds(() => segmentsOf(text));
    const theirs = microseconds(() => new SegmentedMessage(text).segmentsCount);
    return {
      what,
      unit: "µs/call",
      ours,
      yardstick: theirs,
      ratio: ours / theirs,
      p50Ms: null,
      p99Ms: null,
      notes: `${segmentsOf(text)} segments; yardstick: sms-segments-calculator`,
    };
  });
}

function microseconds(work: () => number): number {
  let counted = 0;
  let calls = 0;
  const until = performance.now() + 200;
  while (performance.now() < until) counted += work();
  const startedAt = performance.now();
  while (performance.now() < startedAt + SECONDS * 1000) {
    for (let time = 0; time < 100; time++) counted += work();
    calls += 100;
  }
  if (counted === 0) throw new Error("nothing was counted");
  return ((performance.now() - startedAt) * 1000) / calls;
}
