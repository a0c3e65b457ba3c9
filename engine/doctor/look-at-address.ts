import { advice, type Finding, reasonOf, trouble, well } from "./finding.ts";

const WITHIN_MS = 5_000;

/** Whether vendors would reach this program at its public address, and whether a false signature is refused there. */
export async function lookAtAddress(publicUrl: string): Promise<readonly Finding[]> {
  const what = "reached from outside";
  try {
    const health = await ask(`${publicUrl}/healthz`);
    const body = (await health.json().catch(() => null)) as { readonly version?: unknown } | null;
    if (health.status !== 200 || typeof body?.version !== "string")
      return [
        trouble(
          what,
          `${publicUrl}/healthz answers ${health.status}, and not as Centralita does: the address leads elsewhere.`,
        ),
      ];
    return [well(what, `Centralita ${body.version} answers at ${publicUrl}.`), await refusal(publicUrl)];
  } catch (error) {
    return [
      advice(
        what,
        `Nothing answers at ${publicUrl} (${reasonOf(error)}). If the engine is running, check the proxy and DNS.`,
      ),
    ];
  }
}

/** A proxy that answers for us, or strips what signatures are made of, shows here. */
async function refusal(publicUrl: string): Promise<Finding> {
  const what = "signatures";
  const headers = { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": "none" };
  const { status } = await ask(`${publicUrl}/hooks/twilio/messages`, {
    method: "POST",
    headers,
    body: "MessageSid=none",
  });
  if (status === 403) return well(what, "A request with a false signature is refused.");
  return trouble(
    what,
    `A request with a false signature was answered ${status} instead of 403: something answers in our place.`,
  );
}

function ask(address: string, init: RequestInit = {}): Promise<Response> {
  return fetch(address, { ...init, redirect: "manual", signal: AbortSignal.timeout(WITHIN_MS) });
}
