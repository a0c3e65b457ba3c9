import {
  AppError,
  defineNode,
  type Meter,
  type NodeContext,
  next,
  type Settlement,
  type Static,
  Type,
} from "../../../engine/plugin-api.ts";
import { MeterSchema } from "../meters.ts";

const Params = Type.Object(
  {
    mode: Type.Optional(
      Type.Enum(["settle", "amount"], {
        default: "settle",
        title: "Charge",
        description: "`settle`: what this run has reserved so far. `amount`: a fixed amount, once.",
        "x-es": {
          title: "Cobrar",
          description:
            "`settle`: lo que este flujo ha reservado hasta ahora. `amount`: una cantidad fija, una vez.",
        },
      }),
    ),
    meter: Type.Optional({ ...MeterSchema, "x-visible": { param: "mode", is: "amount" } }),
    amount: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        title: "Amount",
        description: "Credits to charge.",
        "x-visible": { param: "mode", is: "amount" },
        "x-es": { title: "Cantidad", description: "Créditos que se cobran." },
      }),
    ),
  },
  { additionalProperties: false },
);

const Settled = Type.Object({
  charged: Type.Record(Type.String(), Type.Number(), {
    title: "Charged",
    description: "Credits charged, by meter.",
    "x-es": { title: "Cobrado", description: "Créditos cobrados, por contador." },
  }),
  remaining: Type.Record(Type.String(), Type.Union([Type.Number(), Type.Null()]), {
    title: "Left",
    description: "Credits left, by meter; empty: unlimited.",
    "x-es": { title: "Quedan", description: "Créditos que quedan, por contador; vacío: sin límite." },
  }),
});

export default defineNode({
  type: "credits.deduct",
  version: 1,
  title: { en: "Deduct credits", es: "Descontar créditos" },
  help: {
    en: "Settles what this run has reserved with its messages and calls, or charges an amount once, and says what is left. Anything not settled here is settled when the run ends.",
    es: "Liquida lo que este flujo ha reservado con sus mensajes y llamadas, o cobra una cantidad una sola vez, y dice cuánto queda. Lo que no se liquide aquí se liquida al terminar el flujo.",
  },
  family: "money",
  icon: "receipt-2",
  params: Params,
  outputs: { deducted: Settled, insufficient_credits: Settled },
  ports: ["deducted", "insufficient_credits"],
  // What it does is a part of the run's own commit.
  effect: "none",
  cost: { meters: ["sms", "whatsapp", "voice", "lookup", "verify", "ai"] },
  example: {
    title: { en: "Settle and show the balance", es: "Liquidar y mostrar el saldo" },
    params: { mode: "settle" },
  },
  run: async function deductCredits(ctx, params) {
    if ((params.mode ?? "settle") === "settle") return next("deducted", copyOf(await ctx.credits.settle()));
    const { meter, amount } = namedAmount(ctx, params);
    const settlement = await ctx.credits.charge(meter, amount);
    return next(settlement.ok ? "deducted" : "insufficient_credits", copyOf(settlement));
  },
});

function namedAmount(
  ctx: NodeContext,
  { meter, amount }: Static<typeof Params>,
): { readonly meter: Meter; readonly amount: number } {
  if (meter !== undefined && amount !== undefined) return { meter, amount };
  const absent = meter === undefined ? "meter" : "amount";
  throw new AppError(
    "PARAMS_INVALID",
    `${ctx.nodeId}: "${absent}" is missing; expected a meter and an amount, as "mode" is "amount"`,
    {
      nodeId: ctx.nodeId,
    },
  );
}

function copyOf({ charged, remaining }: Settlement): Static<typeof Settled> {
  return { charged: { ...charged }, remaining: { ...remaining } };
}
