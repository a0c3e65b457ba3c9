import { type CallSession, type DocumentTarget, noteError, voiceParams } from "./call-session.ts";
import { errorText } from "./error-texts.ts";
import type { Form } from "./form.ts";
import { parseTwiml, type TwimlElement } from "./twiml-document.ts";
import { type WebhookAnswer, webhookCall } from "./webhooks.ts";
import type { World } from "./world.ts";

export interface CallDocument {
  /** What relative URLs start from; null for inline TwiML. */
  readonly base: string | null;
  readonly verbs: readonly TwimlElement[];
}

type UrlTarget = Extract<DocumentTarget, { kind: "url" }>;
type Reading =
  | { readonly verbs: readonly TwimlElement[] }
  | { readonly code: number; readonly message: string };

const MAX_BYTES = 64 * 1024;

/** Gets and reads the document a call is to play next; null, with the error noted, when that cannot be done. */
export async function readDocument(
  world: World,
  session: CallSession,
  target: DocumentTarget,
): Promise<CallDocument | null> {
  if (target.kind === "inline") return understood(session, null, readXml(target.twiml));
  const answer = await requestDocument(world, session, target);
  const reading = readAnswer(answer);
  const document = understood(session, answer.url, reading);
  if (document || !target.fallback || !("code" in reading)) return document;
  const params = { ErrorCode: String(reading.code), ErrorUrl: target.url };
  return readDocument(world, session, { kind: "url", ...target.fallback, params });
}

/** Asks for a document without playing it, as when the caller has gone. */
export async function requestDocument(
  world: World,
  session: CallSession,
  target: UrlTarget,
): Promise<WebhookAnswer> {
  const params: Form = { ...voiceParams(session), ...target.params };
  const answer = await world.webhooks.send(
    webhookCall(session.accountSid, target.url, target.method, params),
  );
  const { status, ms, body } = answer;
  session.trace.requests.push({ url: target.url, status, ms, body });
  return answer;
}

function understood(session: CallSession, base: string | null, reading: Reading): CallDocument | null {
  if ("verbs" in reading) return { base, verbs: reading.verbs };
  noteError(session, reading.code, reading.message);
  return null;
}

function readAnswer(answer: WebhookAnswer): Reading {
  if (answer.errorCode !== undefined) return failed(answer.errorCode, answer.errorMessage);
  if (Buffer.byteLength(answer.body) > MAX_BYTES) return failed(11750);
  const type = answer.contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type.startsWith("audio/")) return { verbs: [verb("Play", answer.url)] };
  if (answer.body.trim() === "") return failed(11770);
  if (type === "text/plain") return { verbs: [verb("Say", answer.body.trim())] };
  if (!XML_TYPES.includes(type)) return failed(12300, `Invalid Content-Type: ${type || "none"}`);
  return readXml(answer.body);
}

function readXml(xml: string): Reading {
  const reading = parseTwiml(xml);
  return reading.ok ? { verbs: reading.verbs } : reading;
}

const XML_TYPES: readonly string[] = ["text/xml", "application/xml", "text/html"];

function verb(name: string, text: string): TwimlElement {
  return { name, attributes: {}, children: [], text };
}

function failed(code: number, message = errorText(code)): Reading {
  return { code, message };
}
