import type { Request, Response } from "express";
import express, { type RequestHandler } from "express";

export type ReadBody = (request: Request, response: Response) => Promise<Buffer>;

/** Reads a body of any type as it came; empty where there is none. */
export function bodyReader(limitBytes: number): ReadBody {
  const raw: RequestHandler = express.raw({ type: () => true, limit: limitBytes });
  return (request, response) =>
    new Promise((resolve, reject) => {
      raw(request, response, (error?: unknown) => {
        if (error) reject(error);
        else resolve(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
      });
    });
}
