import { defineNumbers } from "../../../engine/plugin-api.ts";
import { deleteLink, listLinks, writeLink } from "./links.ts";
import { readProfile, writeProfile } from "./profile.ts";
import { read } from "./read-back.ts";
import { account, add, deregister, holds, register, requestCode, subscribe, verifyCode } from "./setup.ts";

const HOURS_72 = 72 * 60 * 60 * 1000;

/** How a number comes to WhatsApp: added to an account, verified by code, registered, and its account subscribed. */
export default defineNumbers({
  provider: "meta",
  credential: "meta.app",
  registrations: { most: 10, withinMs: HOURS_72 },
  account,
  add,
  holds,
  read,
  requestCode,
  verifyCode,
  register,
  deregister,
  subscribe,
  readProfile,
  writeProfile,
  listLinks,
  writeLink,
  deleteLink,
});
