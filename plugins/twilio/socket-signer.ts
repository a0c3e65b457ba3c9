import type { SocketSigner } from "../../engine/plugin-api.ts";
import { verifyTwilioSignature } from "./signature.ts";
import { tokensOf } from "./webhooks/signed-by-twilio.ts";

/** The handshake of a socket has no parameters: its URL alone is signed, with `wss` or `https` before it. */
const socketSigner: SocketSigner = {
  credential: "twilio.account",
  verify: ({ url, headers, secrets }) =>
    verifyTwilioSignature({
      tokens: secrets.flatMap(tokensOf),
      signature: headers["x-twilio-signature"],
      url,
      params: {},
    }),
};

export default socketSigner;
