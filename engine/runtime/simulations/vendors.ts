import type { JsonObject } from "../../core/json.ts";
import type { Emulator, PersonAtThePhone, PluginDefinition } from "../../plugin-api.ts";

/** An emulated vendor of one simulation. */
export interface SimulatedVendor {
  readonly provider: string;
  readonly emulator: Emulator;
  readonly credential: { readonly type: string; readonly account: string; readonly fields: JsonObject };
}

const PACE_MS = 150;

export interface VendorOptions {
  /** Where this server is reached. */
  readonly publicUrl: string;
  readonly person: PersonAtThePhone;
  readonly paceMs: number | undefined;
  /** The emulators are on this machine, where flows may not reach anything else. */
  allow(origin: string): () => void;
}

/** Starts an emulator, with an account of its own, of every vendor that has one. They forget everything when they close. */
export async function startVendors(
  plugins: readonly PluginDefinition[],
  options: VendorOptions,
): Promise<{ readonly vendors: readonly SimulatedVendor[]; close(): Promise<void> }> {
  const vendors: SimulatedVendor[] = [];
  const forbid: (() => void)[] = [];
  const close = async () => {
    await Promise.all(vendors.map(({ emulator }) => emulator.close()));
    for (const one of forbid) one();
  };
  try {
    for (const plugin of plugins) {
      const vendor = await startVendor(plugin, options);
      if (!vendor) continue;
      vendors.push(vendor);
      forbid.push(options.allow(vendor.emulator.url));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { vendors, close };
}

async function startVendor(
  { id, emulator: start, simulation }: PluginDefinition,
  { publicUrl, person, paceMs = PACE_MS }: VendorOptions,
): Promise<SimulatedVendor | null> {
  if (!start || !simulation) return null;
  const { ref, fields } = simulation.newAccount();
  const emulator = await start({ accounts: [fields], publicUrl, paceMs, person });
  const credential = {
    type: simulation.credential,
    account: ref,
    fields: { ...fields, baseUrl: emulator.url },
  };
  return { provider: id, emulator, credential };
}
