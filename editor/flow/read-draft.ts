import { call } from "../api/client.ts";

/** The draft as the server has it now. */
export async function readDraft(key: string) {
  return (await call("readFlow", { path: { key } })).data;
}
