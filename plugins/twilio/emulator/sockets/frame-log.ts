import type { Json, JsonObject } from "../../../../engine/plugin-api.ts";

/** A frame of a socket. `in` goes to the application, `out` comes from it. */
export interface LoggedFrame {
  /** Milliseconds of the call since the socket was asked for. */
  readonly t: number;
  readonly dir: "in" | "out";
  /** As text where it is no JSON. */
  readonly frame: Json;
}

/** Everything that went over a socket, in order. */
export interface FrameLog {
  readonly frames: readonly LoggedFrame[];
  add(dir: LoggedFrame["dir"], data: string): void;
}

export function createFrameLog(now: () => number): FrameLog {
  const frames: LoggedFrame[] = [];
  const since = now();
  return {
    frames,
    add: (dir, data) =>
      void frames.push({ t: Math.round(now() - since), dir, frame: readJson(data) ?? data }),
  };
}

/** Undefined for what is no JSON object. */
export function readObject(data: string): JsonObject | undefined {
  const value = readJson(data);
  return isObject(value) ? value : undefined;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Undefined for what is no JSON. */
function readJson(data: string): Json | undefined {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
