import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { AppError } from "../errors.ts";

/** Says no to somebody who asks for a socket, as a route would. */
export function refuseUpgrade(socket: Duplex, error: unknown): void {
  const { status, code, message } =
    error instanceof AppError
      ? error
      : { status: 500, code: "INTERNAL", message: "Something went wrong on our side." };
  const body = JSON.stringify({ error: { code, message, details: {}, requestId: null } });
  socket.on("error", () => undefined);
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      "Connection: close",
      "Content-Type: application/json",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ].join("\r\n"),
  );
}
