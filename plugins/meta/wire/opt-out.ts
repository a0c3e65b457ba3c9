const STOP = new Set([
  "STOP",
  "STOPALL",
  "STOP ALL",
  "UNSUBSCRIBE",
  "CANCEL",
  "END",
  "QUIT",
  "BAJA",
  "DAR DE BAJA",
  "DARME DE BAJA",
  "DAME DE BAJA",
  "ALTO",
  "CANCELAR",
  "PARAR",
  "NO MOLESTAR",
]);

const START = new Set(["START", "UNSTOP", "SUBSCRIBE", "ALTA", "DARME DE ALTA", "SUSCRIBIR", "SUSCRIBIRME"]);

/**
 * Whether a whole message asks for no more messages or takes that back; case, accents and punctuation around it do not
 * count. "Quiero dar de baja la habitación" is an ordinary message.
 */
export function optOutOf(body: string): "STOP" | "START" | null {
  const words = normalized(body);
  if (STOP.has(words)) return "STOP";
  return START.has(words) ? "START" : null;
}

function normalized(body: string): string {
  return body
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .toUpperCase()
    .replace(/^[^\p{Letter}\p{Number}]+|[^\p{Letter}\p{Number}]+$/gu, "")
    .replace(/\s+/g, " ");
}
