import express, { type Request, type RequestHandler, type Response } from "express";
import { AppError } from "../errors.ts";

/** @throws AppError BODY_TOO_LARGE, BODY_MALFORMED when it breaks off or cannot be unpacked */
export type ReadBody = (request: Request, response: Response) => Promise<Buffer>;

/** Reads a body of any type as it came; empty where there is none. */
export function bodyReader(limitBytes: number): ReadBody {
  const raw: RequestHandler = express.raw({ type: () => true, limit: limitBytes });
  return (request, response) =>
    new Promise((resolve, reject) => {
      raw(request, response, (error?: unknown) => {
        if (error) reject(bodyError(error, limitBytes));
        else resolve(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
      });
    });
}

function bodyError(error: unknown, limitBytes: number): AppError {
  if (error instanceof Error && "type" in error && error.type === "entity.too.large") {
    const message = `The body is larger than the ${limitBytes} bytes this address takes.`;
    return new AppError("BODY_TOO_LARGE", message, { limitBytes }, error);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError("BODY_MALFORMED", `The body cannot be read: ${reason}`, {}, error);
}
