import type { JsonObject } from "../../../engine/plugin-api.ts";

/** What the emulated model says to one request. */
export interface EmulatedAnswer {
  readonly text?: string;
  readonly calls?: readonly {
    readonly name: string;
    /** A string goes out as it is, also where it is no JSON. */
    readonly arguments: JsonObject | string;
  }[];
  readonly finish?: "stop" | "length" | "tool_calls" | "content_filter";
}
