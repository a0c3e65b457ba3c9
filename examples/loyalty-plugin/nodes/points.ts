import { AppError, defineNode, next, Type } from "centralita/plugin-api";
import type { LoyaltyAccount } from "../credentials.ts";

const Balance = Type.Object({
  points: Type.Integer({ minimum: 0, title: "Points", "x-es": "Puntos" }),
  level: Type.String({ title: "Level", "x-es": "Nivel" }),
});

/** How many points somebody has. */
export default defineNode({
  type: "loyalty.points",
  version: 2,
  title: { en: "Loyalty points", es: "Puntos del cliente" },
  help: {
    en: "Asks the loyalty programme how many points somebody has. Use it to greet good customers by their level.",
    es: "Pregunta al programa de puntos cuántos tiene alguien. Úselo para saludar a los buenos clientes por su nivel.",
  },
  family: "data",
  icon: "stars",
  params: Type.Object(
    {
      phone: Type.String({
        minLength: 1,
        default: "{{ contact.phone }}",
        title: "Phone",
        "x-es": "Teléfono",
      }),
      atLeast: Type.Integer({
        minimum: 0,
        default: 0,
        title: "Member from this many points",
        "x-es": "Miembro a partir de estos puntos",
      }),
    },
    { additionalProperties: false },
  ),
  outputs: { member: Balance, below: Balance, unknown: Type.Object({}) },
  ports: ["member", "below", "unknown"],
  effect: "repeatable",
  credential: "loyalty.account",
  // Version 1 called the number `telephone`, and knew no threshold.
  migrate: { 1: ({ telephone, ...rest }) => ({ ...rest, phone: telephone ?? "{{ contact.phone }}" }) },
  example: {
    title: { en: "Members from 500 points", es: "Miembros desde 500 puntos" },
    params: { phone: "{{ contact.phone }}", atLeast: 500 },
  },
  run: async function loyaltyPoints(ctx, { phone, atLeast }) {
    const { baseUrl, token } = await ctx.credential<LoyaltyAccount>("loyalty.account");
    const answer = await ctx.fetch(`${baseUrl}/members/${encodeURIComponent(phone)}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (answer.status === 404) return next("unknown", {});
    if (answer.status !== 200)
      throw new AppError(
        "VENDOR_UNAVAILABLE",
        `${ctx.nodeId}: the loyalty programme answered ${answer.status}; expected 200 or 404.`,
      );
    const balance = balanceOf(answer.text, ctx.nodeId);
    return balance.points >= atLeast ? next("member", balance) : next("below", balance);
  },
});

/** @throws AppError VENDOR_UNAVAILABLE when the answer is not a balance */
function balanceOf(text: string, nodeId: string): { points: number; level: string } {
  const given = parsed(text);
  const points = Reflect.get(given, "points");
  const level = Reflect.get(given, "level");
  if (Number.isInteger(points) && points >= 0 && typeof level === "string") return { points, level };
  throw new AppError(
    "VENDOR_UNAVAILABLE",
    `${nodeId}: the loyalty programme gave no balance; expected points and level.`,
  );
}

function parsed(text: string): object {
  try {
    const given: unknown = JSON.parse(text);
    return typeof given === "object" && given !== null ? given : {};
  } catch {
    return {};
  }
}
