import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Response } from "express";
import type { HttpAnswer } from "../plugin-api.ts";
import type { FileAnswer } from "./reply.ts";

/** Resolves when it is written, or the caller has gone. */
export async function writeAnswer(response: Response, answer: HttpAnswer | FileAnswer): Promise<void> {
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  if ("body" in answer) response.end(answer.body);
  // Whoever breaks off half way, or a database that does, leaves a connection that is cut: too late for an error.
  else await pipeline(Readable.from(answer.parts), response).catch(() => response.destroy());
}
