import { validateHeaderName, validateHeaderValue } from "node:http";
import type { HttpAnswer } from "../plugin-api.ts";

// What a flow may not say in our name: how the connection works, who is logged in, what browsers may do on this host.
const OURS = new Set([
  "connection",
  "content-length",
  "content-encoding",
  "transfer-encoding",
  "trailer",
  "upgrade",
  "keep-alive",
  "date",
  "set-cookie",
  "clear-site-data",
  "content-security-policy",
  "content-security-policy-report-only",
  "strict-transport-security",
  "service-worker-allowed",
  "x-content-type-options",
  "x-frame-options",
  "x-request-id",
  "x-run-id",
]);

// A page that a flow answers with is shown as if it came from nowhere: it can reach nothing of this host.
const SANDBOX = {
  "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: https:",
};

/** What a flow answered, fit to leave this host. Headers that HTTP has no words for are left out. */
export function flowAnswer(answer: HttpAnswer, runId: string): HttpAnswer {
  const headers = Object.entries(answer.headers).filter(
    ([name, value]) => !OURS.has(name.toLowerCase()) && isSendable(name, value),
  );
  return { ...answer, headers: { ...Object.fromEntries(headers), ...SANDBOX, "x-run-id": runId } };
}

/** True when a flow ended, or slept, without saying anything: the engine's own stand-in for an answer. */
export function isSilent(answer: HttpAnswer): boolean {
  return (
    answer.body === "" &&
    (answer.status === 200 || answer.status === 500) &&
    Object.keys(answer.headers).length === 1
  );
}

function isSendable(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
