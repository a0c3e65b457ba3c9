import type { RunEvent } from "../runtime/runtime.ts";
import type { SimulationReport } from "./report.ts";

export type Print = (line: string) => void;

/** Prints a run as it happens, a line a step: time, node, type, the port it left by, and what it gave in short. */
export function traceRuns(print: Print): (event: RunEvent) => void {
  return (event) => {
    // What sleeps says so when it wakes.
    if (event.kind === "step" && !["slept", "again", "repeated"].includes(event.port ?? "")) {
      const what = event.error ?? essence(event.output);
      print(
        `  ${`${event.ms.toFixed(1)} ms`.padStart(10)}  ${event.nodeId.padEnd(18)} ${event.type.padEnd(22)} → ${(event.port ?? "").padEnd(10)} ${what}`,
      );
    }
    if (event.kind === "ended") print(`  ${"".padStart(10)}  the run ${event.status} (${event.outcome})`);
  };
}

/** Prints what a run did outside, and what it cost. */
export function printReport(print: Print, report: SimulationReport): void {
  if (report.call) {
    for (const words of report.call.spoken) print(`  heard      "${words}"`);
    for (const leg of report.call.dialed) print(`  connected  ${leg.to} (${leg.status}, ${leg.seconds} s)`);
  }
  for (const message of report.messages)
    print(`  ${message.channel.padEnd(10)} to ${message.to} (${message.status}): "${message.body}"`);
  for (const [meter, { before, after }] of Object.entries(report.credits)) {
    if (before === after) continue;
    print(`  credits    ${meter}: ${before ?? "unlimited"} → ${after ?? "unlimited"}`);
  }
}

const MAX_LENGTH = 72;

/** The values of an output on one line, the long ones cut. */
function essence(output: unknown): string {
  if (typeof output !== "object" || output === null) return "";
  const shown = Object.entries(output).flatMap(([key, value]) =>
    value === null || typeof value === "object" ? [] : [`${key}=${String(value)}`],
  );
  const line = shown.join(" ");
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line;
}
