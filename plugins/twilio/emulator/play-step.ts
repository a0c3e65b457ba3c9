import type { CallSession, DocumentTarget } from "./call-session.ts";
import type { Form } from "./form.ts";
import type { TwimlElement } from "./twiml-document.ts";
import type { World } from "./world.ts";

/** Why a call stopped playing. `busy` and `no-answer` come from Reject. */
export type EndReason =
  | "document-end"
  | "hangup"
  | "failed"
  | "busy"
  | "no-answer"
  /** Leave, in a queue. */
  | "left"
  /** Taken out of where they waited: by an agent, or sent elsewhere. */
  | "taken-out";

/** Where a document is played: not every verb does anything everywhere. */
export type Place = "call" | "whisper" | "queue" | "conference";

/** What follows a verb. */
export type Step =
  | { readonly kind: "next" }
  | { readonly kind: "goto"; readonly target: DocumentTarget }
  | { readonly kind: "end"; readonly reason: EndReason };

export const NEXT: Step = { kind: "next" };
export const HANGUP: Step = { kind: "end", reason: "hangup" };

/** The status of a call whose last document ended like this. */
export function statusAfter(reason: EndReason): CallSession["status"] {
  return reason === "failed" || reason === "busy" || reason === "no-answer" ? reason : "completed";
}

/** What a verb needs to be played. `play` is handed in because Dial plays documents to those it calls. */
export interface PlayContext {
  readonly world: World;
  readonly session: CallSession;
  /** URL of the document the verb stands in; null for inline TwiML. */
  readonly base: string | null;
  play(session: CallSession, target: DocumentTarget, place?: Place): Promise<EndReason>;
  readonly place: Place;
}

export type VerbPlayer = (context: PlayContext, verb: TwimlElement) => Step | Promise<Step>;

/** Resolves a URL of the document; null when it is relative and the document came inline. */
export function resolveUrl({ base }: PlayContext, url: string): string | null {
  const isWhole = URL.canParse(url);
  if (isWhole) return url;
  return base !== null && URL.canParse(url, base) ? new URL(url, base).href : null;
}

/** The document a verb's `action` (default: this same document) leads to; null when that is no URL. */
export function actionTarget(
  context: PlayContext,
  verb: TwimlElement,
  params: Form,
): Extract<DocumentTarget, { kind: "url" }> | null {
  const { action = context.base ?? "", method = "POST" } = verb.attributes;
  const url = resolveUrl(context, action);
  return url === null ? null : { kind: "url", url, method, params };
}

/** Goes on with the verb's action. */
export function gotoAction(context: PlayContext, verb: TwimlElement, params: Form): Step {
  const target = actionTarget(context, verb, params);
  if (target) return { kind: "goto", target };
  const message = `Invalid URL format: action "${verb.attributes.action ?? ""}" of <${verb.name}>`;
  context.session.trace.errors.push({ code: 11100, message });
  return { kind: "end", reason: "failed" };
}

/** A number among the attributes; `fallback` when missing or not a number. */
export function numberAttribute(verb: TwimlElement, name: string, fallback: number): number {
  const text = verb.attributes[name];
  const value = Number(text);
  return text === undefined || text.trim() === "" || Number.isNaN(value) ? fallback : value;
}
