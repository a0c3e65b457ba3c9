import type { Config } from "../config.ts";
import { advice, type Finding, trouble, well } from "./finding.ts";

/** What the configuration itself gives away. It was read already: each value by itself is right. */
export function lookAtConfiguration(config: Config): readonly Finding[] {
  return [publicUrl(config), emulators(config), worker(config)].flat();
}

function publicUrl({ publicUrl, emulated }: Config): Finding {
  const what = "PUBLIC_URL";
  const { protocol, hostname } = new URL(publicUrl);
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  if (isLocal && emulated.twilio && emulated.meta) return well(what, `${publicUrl}, for emulated vendors.`);
  if (isLocal)
    return trouble(
      what,
      `${publicUrl} is this machine alone: vendors cannot call it. Give the address of your proxy or tunnel.`,
    );
  if (protocol === "http:")
    return trouble(
      what,
      `${publicUrl} is not https: Meta refuses it, and passwords would travel in the clear.`,
    );
  return well(what, publicUrl);
}

function emulators({ emulated, production }: Config): Finding[] {
  const names = Object.entries(emulated).flatMap(([name, isEmulated]) => (isEmulated ? [name] : []));
  if (names.length === 0) return [];
  const says = `Emulated: ${names.join(", ")}. Nothing of them reaches anybody.`;
  return [production ? advice("vendors", says) : well("vendors", says)];
}

function worker({ role, metricsPort }: Config): Finding[] {
  if (role !== "worker" || metricsPort !== null) return [];
  return [
    advice("METRICS_PORT", "A worker without it cannot be watched: set a port for /readyz and /metrics."),
  ];
}
