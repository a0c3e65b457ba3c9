import type { NextFunction, Request, Response } from "express";
import { newId } from "../ids.ts";

const HEADER = "x-request-id";
const ACCEPTED = /^[A-Za-z0-9._:-]{1,128}$/;

/** Takes over the caller's request id where it is sane, and says it back. */
export function assignRequestId(request: Request, response: Response, next: NextFunction): void {
  const given = request.headers[HEADER];
  response.setHeader(HEADER, typeof given === "string" && ACCEPTED.test(given) ? given : newId("request"));
  next();
}

export function requestIdOf(response: Response): string {
  return String(response.getHeader(HEADER) ?? "");
}
