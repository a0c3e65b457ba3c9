import { Check } from "typebox/value";
import {
  AppError,
  defineNode,
  hoursAt,
  type Json,
  type JsonObject,
  localMoment,
  type NodeContext,
  next,
  type OpeningHours,
  OpeningHoursSchema,
  openingText,
  type Static,
  Type,
} from "../../../engine/plugin-api.ts";

const Params = Type.Object(
  {
    of: Type.Optional(
      Type.Enum(["tenant", "group", "store", "custom"], {
        default: "store",
        title: "Whose hours",
        description:
          "A store without hours of its own keeps those of its group, a group those of the business.",
        "x-es": {
          title: "Horario de",
          description:
            "Una tienda sin horario propio sigue el de su grupo; un grupo sin horario, el del negocio.",
        },
      }),
    ),
    store: Type.Optional(
      Type.String({
        title: "Store",
        description: "Id of the store; empty: the one the flow was routed to.",
        "x-options": "stores",
        "x-visible": { param: "of", is: "store" },
        "x-es": {
          title: "Tienda",
          description: "Id de la tienda; vacío: la tienda a la que llegó el flujo.",
        },
      }),
    ),
    group: Type.Optional(
      Type.String({
        title: "Group",
        description: "Id of the group; empty: that of the number that was called, or of the store.",
        "x-options": "store-groups",
        "x-visible": { param: "of", is: "group" },
        "x-es": {
          title: "Grupo",
          description: "Id del grupo; vacío: el del número al que llamaron, o el de la tienda.",
        },
      }),
    ),
    hours: Type.Optional({
      ...OpeningHoursSchema,
      title: "Hours",
      description: "The week, with its holidays and exceptions.",
      "x-widget": "hours",
      "x-visible": { param: "of", is: "custom" },
      "x-es": { title: "Horario", description: "La semana, con sus festivos y excepciones." },
    }),
    timezone: Type.Optional(
      Type.String({
        title: "Time zone",
        description: "For hours given here, such as America/Bogota; empty: the flow's.",
        "x-visible": { param: "of", is: "custom" },
        "x-es": {
          title: "Zona horaria",
          description: "Para un horario indicado aquí, por ejemplo America/Bogota; vacío: la del flujo.",
        },
      }),
    ),
  },
  { additionalProperties: false },
);

const State = Type.Object({
  timezone: Type.String({ title: "Time zone", "x-es": { title: "Zona horaria" } }),
  closesAt: Type.Union([Type.String(), Type.Null()], {
    title: "Closes at",
    description: "HH:MM on the wall clock there; only when open.",
    "x-es": { title: "Cierra a las", description: "HH:MM, hora de allí; solo si está abierto." },
  }),
  opensAt: Type.Union([Type.Object({ date: Type.String(), time: Type.String() }), Type.Null()], {
    title: "Opens at",
    description: "Date and HH:MM of the next opening; only when not open.",
    "x-es": {
      title: "Abre a las",
      description: "Fecha y HH:MM de la próxima apertura; solo si no está abierto.",
    },
  }),
  opensText: Type.Union([Type.String(), Type.Null()], {
    title: "Opens, in words",
    description:
      "Such as “today at 9:00” or “on Monday 30 at 9:00”, in the flow's language; only when not open.",
    "x-es": {
      title: "Abre, en palabras",
      description:
        "Como «hoy a las 9:00» o «el lunes 30 a las 9:00», en el idioma del flujo; solo si no está abierto.",
    },
  }),
  holiday: Type.Union([Type.String(), Type.Null()], {
    title: "Holiday",
    description: "Name of today's holiday, if today is one.",
    "x-es": { title: "Festivo", description: "Nombre del festivo de hoy, si lo es." },
  }),
});

export default defineNode({
  type: "core.hours",
  version: 1,
  title: { en: "Opening hours", es: "Horario de atención" },
  help: {
    en: "Looks whether the business, a group or a store is open now, in its own time zone, holidays included. Leaves by open, closed or holiday and says when it opens or closes.",
    es: "Mira si el negocio, un grupo o una tienda está abierto ahora, en su zona horaria y con sus festivos. Sale por abierto, cerrado o festivo y dice cuándo abre o cierra.",
  },
  family: "logic",
  icon: "clock-hour-9",
  params: Params,
  outputs: { open: State, closed: State, holiday: State },
  ports: ["open", "closed", "holiday"],
  effect: "none",
  example: {
    title: { en: "Is the store open?", es: "¿Está abierta la tienda?" },
    params: { of: "store" },
  },
  run: async function openingHours(ctx, params) {
    const { hours, timezone } = await scheduleOf(ctx, params);
    const moment = localMoment(ctx.now, timezone);
    const { state, closesAt, opensAt, holiday } = hoursAt(hours, moment);
    return next(state, {
      timezone,
      closesAt: closesAt ?? null,
      opensAt: opensAt ?? null,
      opensText: opensAt ? openingText(opensAt, moment, ctx.locale) : null,
      holiday: holiday ?? null,
    });
  },
});

interface Schedule {
  readonly hours: OpeningHours;
  readonly timezone: string;
}

async function scheduleOf(ctx: NodeContext, params: Static<typeof Params>): Promise<Schedule> {
  const of = params.of ?? "store";
  switch (of) {
    case "tenant":
      return ofTenant(ctx, ctx.tenant.timezone);
    case "group":
      return ofGroup(ctx, groupIdOf(ctx, params.group));
    case "store":
      return ofStore(ctx, params.store);
    case "custom":
      return custom(ctx, params);
  }
}

function custom(ctx: NodeContext, params: Static<typeof Params>): Schedule {
  if (params.hours === undefined) {
    throw new AppError(
      "PARAMS_INVALID",
      `${ctx.nodeId}: "hours" is missing; expected opening hours, as "of" is "custom"`,
      {
        nodeId: ctx.nodeId,
      },
    );
  }
  return { hours: params.hours, timezone: params.timezone || ctx.timezone };
}

/** The business's own hours, on the clock of the place that borrows them. */
async function ofTenant(ctx: NodeContext, timezone: string): Promise<Schedule> {
  return { hours: checked(await ctx.directory.tenantHours(), "the business", ctx.nodeId), timezone };
}

async function ofGroup(ctx: NodeContext, groupId: string): Promise<Schedule> {
  const group = await ctx.directory.group(groupId);
  if (group === null) throw missing(ctx, `group "${groupId}"`);
  if (!isGiven(group.hours)) return ofTenant(ctx, group.timezone);
  return { hours: checked(group.hours, `group "${group.name}"`, ctx.nodeId), timezone: group.timezone };
}

async function ofStore(ctx: NodeContext, storeId: string | undefined): Promise<Schedule> {
  const store = storeId ? await ctx.directory.store(storeId) : ctx.store;
  if (store === null) throw missing(ctx, storeId ? `store "${storeId}"` : "a store the flow was routed to");
  if (isGiven(store.hours))
    return { hours: checked(store.hours, `store "${store.name}"`, ctx.nodeId), timezone: store.timezone };
  const inherited =
    store.groupId === null ? await ofTenant(ctx, store.timezone) : await ofGroup(ctx, store.groupId);
  return { hours: inherited.hours, timezone: store.timezone };
}

function groupIdOf(ctx: NodeContext, chosen: string | undefined): string {
  const called = ctx.trigger.group;
  const groupId = chosen || (typeof called === "string" ? called : idOf(called)) || ctx.store?.groupId;
  if (!groupId) throw missing(ctx, "a group: none was chosen, and the number called belongs to none");
  return groupId;
}

function idOf(value: Json | undefined): string | null {
  const id = isObject(value) ? value.id : null;
  return typeof id === "string" ? id : null;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isGiven(hours: JsonObject | null): hours is JsonObject {
  return hours !== null && Object.keys(hours).length > 0;
}

function checked(hours: JsonObject, whose: string, nodeId: string): OpeningHours {
  if (Check(OpeningHoursSchema, hours)) return hours;
  throw new AppError(
    "PARAMS_INVALID",
    `${nodeId}: ${whose} has no valid opening hours; expected a week with its intervals`,
    { nodeId },
  );
}

function missing(ctx: NodeContext, what: string): AppError {
  return new AppError("STORE_MISSING", `${ctx.nodeId}: cannot tell the opening hours; expected ${what}`, {
    nodeId: ctx.nodeId,
  });
}
