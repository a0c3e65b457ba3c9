import type { Response } from "express";
import type { HttpAnswer } from "../plugin-api.ts";

export function writeAnswer(response: Response, answer: HttpAnswer): void {
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  response.end(answer.body);
}
