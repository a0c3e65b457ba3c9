import type { Form } from "./form.ts";
import { type RestAnswer, refusal } from "./rest-answer.ts";

/** 400/20001 naming the parameters Twilio does not know. */
export function unknownParameters(form: Form, known: ReadonlySet<string>): RestAnswer | null {
  const unknown = Object.keys(form).filter((name) => !known.has(name));
  return unknown.length === 0 ? null : refusal(400, 20001, `Unknown parameters: ${unknown.join(", ")}`);
}
