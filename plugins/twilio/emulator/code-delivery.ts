import type { CallbackManner } from "./callbacks.ts";
import { acceptMessage } from "./messages.ts";
import { TEST_SENDER } from "./numbers.ts";
import { placeCall } from "./phone.ts";
import { newSid } from "./sids.ts";
import type { World } from "./world.ts";

export interface CodeMessage {
  readonly accountSid: string;
  readonly to: string;
  readonly channel: string;
  readonly code: string;
  /** Whose code it is. */
  readonly name: string;
  readonly locale: string;
  readonly sendDigits: string | null;
  readonly manner: CallbackManner;
}

/** Any template of the emulator is approved; a code goes out as one, so that no window is in its way. */
const TEMPLATE = `HX${"0".repeat(32)}`;

/** The code goes to the virtual phone as everything else does: by the Messages API, by a call, or into a mailbox. */
export function sendCode(world: World, message: CodeMessage): void {
  if (message.channel === "call") callWithCode(world, message);
  else if (message.channel === "email") mailCode(world, message);
  else writeCode(world, message);
}

function writeCode(world: World, { accountSid, to, channel, manner, ...text }: CodeMessage): void {
  const prefix = channel === "whatsapp" ? "whatsapp:" : "";
  const form = {
    To: prefix + to,
    From: prefix + TEST_SENDER,
    Body: wordsOf(text),
    ...(channel === "whatsapp" ? { ContentSid: TEMPLATE } : {}),
  };
  acceptMessage(world, { accountSid, form, manner, direction: "outbound-api" });
}

function callWithCode(world: World, message: CodeMessage): void {
  const { accountSid, to, code, manner, sendDigits } = message;
  const said = wordsOf({ ...message, code: [...code].join(", ") });
  const language = message.locale.startsWith("es") ? "es-MX" : "en-US";
  placeCall(world, {
    accountSid,
    from: TEST_SENDER,
    to,
    target: {
      kind: "inline",
      twiml: `<Response><Say language="${language}" loop="2">${escaped(said)}</Say></Response>`,
    },
    statusCallback: null,
    statusCallbackMethod: "POST",
    statusCallbackEvents: [],
    timeLimit: 120,
    sendDigits,
    detection: "none",
    detectsEnd: false,
    amdUrl: null,
    records: false,
    recordsChannels: 1,
    recordsTrack: "both",
    signIn: null,
    recordingCallback: null,
    manner,
  });
}

function mailCode(world: World, { accountSid, to, ...text }: CodeMessage): void {
  world.ledger.add({
    kind: "email",
    ref: newSid("EM"),
    at: world.now().toISOString(),
    to,
    body: wordsOf(text),
    status: "delivered",
    details: { accountSid },
  });
}

function wordsOf({ name, code, locale }: Pick<CodeMessage, "name" | "code" | "locale">): string {
  return locale.startsWith("es")
    ? `Tu código de verificación de ${name} es: ${code}`
    : `Your ${name} verification code is: ${code}`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
