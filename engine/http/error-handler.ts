import type { ErrorRequestHandler, Request, Response } from "express";
import { AppError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { HttpAnswer } from "../plugin-api.ts";
import { json } from "./reply.ts";
import { requestIdOf } from "./request-id.ts";
import { writeAnswer } from "./write-answer.ts";

const RETRY_AFTER_SECONDS = 2;

/** Where everything thrown while a request is handled becomes an answer; unknown errors stay inside. */
export function createErrorHandler(log: Logger): ErrorRequestHandler {
  return function answerError(thrown, request: Request, response: Response, next) {
    const error = toAppError(thrown);
    report(log, error, request, requestIdOf(response));
    if (response.headersSent) return next(error);
    void writeAnswer(response, errorAnswer(error, requestIdOf(response)));
  };
}

export function errorAnswer(error: AppError, requestId: string): HttpAnswer {
  const { code, message, details } = error;
  return json(error.status, { error: { code, message, details, requestId } }, headersOf(error));
}

/** Unknown errors become INTERNAL, without their words: those may name what callers must not see. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof URIError) {
    return new AppError("NOT_FOUND", "The path is not valid percent-encoding.", {}, thrown);
  }
  const message = "Something went wrong on our side. The request id finds it in the log.";
  return new AppError("INTERNAL", message, {}, thrown);
}

function headersOf(error: AppError): Record<string, string> {
  if (error.code === "UNAUTHENTICATED") return { "www-authenticate": "Bearer" };
  const { retryAfterMs } = error.details;
  if (error.status === 429 && typeof retryAfterMs === "number")
    return { "retry-after": String(Math.ceil(retryAfterMs / 1000)) };
  if (error.status === 503) return { "retry-after": String(RETRY_AFTER_SECONDS) };
  return {};
}

function report(log: Logger, error: AppError, request: Request, requestId: string): void {
  const facts = { err: error, requestId, method: request.method, path: request.path };
  if (error.status < 500) log.debug(facts, "a request was refused");
  else if (error.retryable) log.warn(facts, "a request cannot be answered now");
  else log.error(facts, "a request failed");
}
