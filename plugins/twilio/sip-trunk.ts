import { lookup } from "node:dns/promises";
import { defineCredential, type Static, Type } from "../../engine/plugin-api.ts";
import { es } from "./spanish.ts";

const SipTrunkFields = Type.Object(
  {
    domain: Type.String({
      pattern: "^[A-Za-z0-9.-]+(:[0-9]{1,5})?$",
      title: "Host",
      description: "Where calls go, such as pbx.example.com or pbx.example.com:5061.",
      ...es("Servidor", "Adonde van las llamadas, como pbx.example.com o pbx.example.com:5061."),
    }),
    transport: Type.Optional(Type.Enum(["udp", "tcp", "tls"], { title: "Transport", ...es("Transporte") })),
    username: Type.Optional(Type.String({ title: "User", ...es("Usuario") })),
    password: Type.Optional(
      Type.String({ title: "Password", "x-secret": true, "x-widget": "password", ...es("Contraseña") }),
    ),
  },
  { additionalProperties: false },
);

/** A telephone exchange or carrier that is reached by SIP. */
export type SipTrunk = Static<typeof SipTrunkFields>;

export default defineCredential({
  id: "twilio.sip-trunk",
  title: { en: "SIP trunk", es: "Troncal SIP" },
  fields: SipTrunkFields,
  async test({ domain }) {
    const host = String(domain ?? "").replace(/:\d+$/, "");
    try {
      const { address } = await lookup(host);
      return {
        ok: true,
        message: `${host} is ${address}. Whether it takes calls is known with the first one.`,
      };
    } catch {
      return { ok: false, message: `There is no host "${host}".` };
    }
  },
});

/** A plain number is an address at the trunk; headers travel behind a question mark. */
export function sipUri(
  address: string,
  trunk: SipTrunk | null,
  headers: readonly { readonly name: string; readonly value: string }[],
): string {
  const isWhole = /^sips?:/i.test(address);
  const transport = trunk?.transport === undefined ? "" : `;transport=${trunk.transport}`;
  const uri = isWhole || trunk === null ? address : `sip:${address}@${trunk.domain}${transport}`;
  const query = headers.map(({ name, value }) => `${name}=${encodeURIComponent(value.toWellFormed())}`);
  return query.length === 0 ? uri : `${uri}?${query.join("&")}`;
}
