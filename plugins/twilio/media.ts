import { AppError, type MediaAdapter } from "../../engine/plugin-api.ts";
import { toTwilioAccount } from "./account.ts";

const API = "https://api.twilio.com";
// As large as a WhatsApp file may be at Twilio.
const MAX_BYTES = 16 * 1024 * 1024;

/** Files of inbound messages: Twilio's address, which asks for the account's name and leads to another server. */
const media: MediaAdapter = {
  credential: "twilio.account",
  async download({ url }, { download, credential, signal }) {
    const account = toTwilioAccount(credential);
    const address = String(url ?? "");
    const own = address.startsWith(`${account.baseUrl ?? API}/`);
    const sign = Buffer.from(`${account.accountSid}:${account.authToken}`).toString("base64");
    const answer = await download(address, {
      // Whoever else is named in a webhook learns no token.
      headers: own ? { authorization: `Basic ${sign}` } : {},
      maxBytes: MAX_BYTES,
      timeoutMs: 60_000,
      signal,
    });
    if (answer.status !== 200) throw notThere(answer.status, address);
    return {
      bytes: answer.bytes,
      type: answer.headers["content-type"] ?? "application/octet-stream",
      name: nameIn(answer.headers["content-disposition"]),
    };
  },
};
export default media;

function notThere(status: number, address: string): AppError {
  // Twilio hands a message on before its file is ready everywhere: a 404 may be over in a moment.
  const later = status === 404 || status === 429 || status >= 500;
  const code = later ? "VENDOR_UNAVAILABLE" : "VENDOR_REFUSED";
  return new AppError(code, `Twilio answers ${status} for ${address}; expected the file.`, { status });
}

function nameIn(disposition: string | undefined): string | null {
  return /filename="?([^";]+)"?/i.exec(disposition ?? "")?.[1] ?? null;
}
