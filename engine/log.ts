import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger } from "pino";

// Names under which secrets and personal data might come along in a log line.
const NAMES = [
  "authToken",
  "accessToken",
  "apiKey",
  "apiKeySecret",
  "appSecret",
  "verifyToken",
  "masterKey",
  "password",
  "authorization",
  "Authorization",
  "cookie",
];
// At the top, in an object, in an object of that, and so on: `err.details.headers.authorization`.
const REDACTED = ["", "*.", "*.*.", "*.*.*."].flatMap((depth) => NAMES.map((name) => `${depth}${name}`));

/**
 * ERROR = someone must act now, WARN = healed itself, INFO = a few per run. Passed along and scoped with `child`, never
 * global. Lines go to stderr, so that what a command prints stays clean.
 */
export function createLog(
  level: string,
  to: DestinationStream = pino.destination({ dest: 2, sync: false }),
): Logger {
  return pino({ level, redact: REDACTED, base: null }, to);
}
