import { defineSocket } from "../../../engine/plugin-api.ts";
import { callSocket } from "./session.ts";

export default defineSocket({
  path: "voice/relay",
  // As long as a frame may be.
  maxBytes: 64 * 1024,
  connect: callSocket,
});
