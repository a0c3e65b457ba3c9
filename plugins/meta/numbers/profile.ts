import type { JsonObject, NumberCall, NumberProfile } from "../../../engine/plugin-api.ts";
import { listOf, objectsOf, textOf } from "../wire/json.ts";
import { ask, nodeOf } from "./graph-node.ts";

const FIELDS = "about,address,description,email,websites,vertical,profile_picture_url";

export async function readProfile(call: NumberCall): Promise<NumberProfile> {
  const path = `${nodeOf(call)}/whatsapp_business_profile`;
  const answer = await ask(call, { method: "GET", path, query: { fields: FIELDS } });
  return profileOf(objectsOf(answer.data)[0] ?? {});
}

export async function writeProfile(call: NumberCall, profile: NumberProfile): Promise<void> {
  const path = `${nodeOf(call)}/whatsapp_business_profile`;
  const { websites, ...texts } = profile;
  const body: JsonObject = { messaging_product: "whatsapp", ...texts, ...(websites ? { websites } : {}) };
  await ask(call, { method: "POST", path, body });
}

function profileOf(data: JsonObject): NumberProfile {
  const names = ["about", "address", "description", "email", "vertical"] as const;
  const texts = names.flatMap((name) => {
    const said = textOf(data[name]);
    return said === null ? [] : [[name, said] as const];
  });
  const websites = listOf(data.websites).flatMap((address) => textOf(address) ?? []);
  return { ...Object.fromEntries(texts), websites };
}
