import type { MetaEmulator } from "../../plugins/meta/emulator/meta-emulator.ts";
import { startMetaEmulator } from "../../plugins/meta/emulator/meta-emulator.ts";
import { startTwilioEmulator, type TwilioEmulator } from "../../plugins/twilio/emulator/emulator.ts";
import type { Books } from "./books.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

export const TWILIO = { accountSid: `AC${"c".repeat(32)}`, authToken: "chaos-auth-token" };
export const META = {
  accessToken: "chaos-access",
  appId: "1",
  appSecret: "chaos-secret",
  verifyToken: "chaos-verify",
};

/** The emulated vendors, in this process: they remember whatever happens to the engines. */
export interface Vendors {
  readonly twilio: TwilioEmulator;
  readonly meta: MetaEmulator;
  /** The wires the engines reach them by. */
  readonly wires: readonly TcpProxy[];
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/** A fault both vendors know; each emulator words the rest in its own way. */
export type VendorFault = Parameters<TwilioEmulator["faults"]["next"]>[1];

const PACE_MS = 20;

export async function startVendors(publicUrl: string, books: Books): Promise<Vendors> {
  const twilio = await startTwilioEmulator({ publicUrl, accounts: [TWILIO], paceMs: PACE_MS });
  const meta = await startMetaEmulator({ publicUrl, accounts: [META], paceMs: PACE_MS });
  tapTwilio(twilio, books);
  tapMeta(meta, books);
  const wires = [await wireTo(twilio.url), await wireTo(meta.url)] as const;
  const [toTwilio, toMeta] = wires;
  return {
    twilio,
    meta,
    wires,
    env: {
      EMULATORS: "off",
      RATE_PER_KEY: "0",
      RATE_PER_TENANT: "0",
      RATE_PER_ADDRESS: "0",
      TWILIO_MASTER_ACCOUNT_SID: TWILIO.accountSid,
      TWILIO_MASTER_AUTH_TOKEN: TWILIO.authToken,
      TWILIO_BASE_URL: `http://127.0.0.1:${toTwilio.port}`,
      WHATSAPP_MASTER_TOKEN: META.accessToken,
      WHATSAPP_APP_ID: META.appId,
      WHATSAPP_APP_SECRET: META.appSecret,
      WHATSAPP_VERIFY_TOKEN: META.verifyToken,
      META_BASE_URL: `http://127.0.0.1:${toMeta.port}`,
    },
    async close() {
      for (const wire of wires) await wire.close();
      await twilio.close();
      await meta.close();
    },
  };
}

function wireTo(url: string): Promise<TcpProxy> {
  return startTcpProxy([{ host: "127.0.0.1", port: Number(new URL(url).port) }]);
}

/** Every request an emulator gets asks for its fault, so this is where all of them pass. */
function tapTwilio({ faults }: TwilioEmulator, books: Books): void {
  const { take } = faults;
  const tapped: typeof take = (path, to) => {
    const fault = take(path, to);
    if (to !== undefined && path.endsWith("/Messages.json")) note(books, "twilio", to, fault);
    return fault;
  };
  Object.assign(faults, { take: tapped });
}

interface MetaSend {
  readonly to: string;
}
interface MetaFaults {
  readonly answer: VendorFault | null;
  readonly callbacks: VendorFault | null;
}

function tapMeta({ faults }: MetaEmulator, books: Books): void {
  const take: unknown = Reflect.get(faults, "take");
  if (typeof take !== "function") throw new TypeError("the Meta emulator's faults have no take");
  const tapped = (send: MetaSend): MetaFaults => {
    const found: MetaFaults = take(send);
    note(books, "meta", send.to, found.answer ?? undefined);
    if (found.callbacks) books.count(nameOf(found.callbacks));
    return found;
  };
  Object.assign(faults, { take: tapped });
}

function note(books: Books, vendor: "twilio" | "meta", to: string, fault: VendorFault | undefined): void {
  if (fault) books.count(nameOf(fault));
  const seconds = fault?.kind === "status" ? fault.retryAfter : undefined;
  const retryAfterMs = seconds === undefined ? null : seconds * 1000;
  books.met({ vendor, to, at: Date.now(), fault: fault ? nameOf(fault) : null, retryAfterMs });
}

/** `C5 status 429`, `C6 lose-callbacks`. A slow answer is also a callback that comes before it. */
export function nameOf(fault: VendorFault): string {
  if (fault.kind === "status") return `C5 status ${fault.status}`;
  if (fault.kind.endsWith("-callbacks")) return `C6 ${fault.kind}`;
  return fault.kind === "slow" && fault.ms <= EARLY_MS ? "C6 callback before the answer" : `C5 ${fault.kind}`;
}

/** An answer this slow comes after the first callback, but keeps nobody waiting. */
export const EARLY_MS = 200;
