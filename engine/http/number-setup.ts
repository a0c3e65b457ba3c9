import { type Static, type TObject, type TSchema, Type } from "typebox";
import { AppError } from "../errors.ts";
import {
  addNumber,
  deregisterNumber,
  refreshNumber,
  registerNumber,
  requestCode,
  subscribeNumber,
  verifyCode,
} from "../runtime/number-setup.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { NumberRecord } from "../store/numbers.ts";
import { answersNumber, NUMBER_ERRORS, NumberParams, NumberSchema, numberView } from "./numbers.ts";
import { json } from "./reply.ts";
import { type ApiRequest, type Route, route } from "./route.ts";

const tag = "Numbers";
const strict = { additionalProperties: false } as const;

const AddBody = Type.Object(
  {
    account: Type.String({
      pattern: "^[0-9]{1,32}$",
      description: "The WhatsApp account (WABA id) it goes to.",
    }),
    label: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    countryCode: Type.Optional(Type.String({ pattern: "^[1-9][0-9]{0,2}$", description: "Such as 57." })),
    number: Type.Optional(
      Type.String({ pattern: "^[0-9]{4,14}$", description: "Without the country code, digits only." }),
    ),
    name: Type.Optional(
      Type.String({ minLength: 2, maxLength: 75, description: "The name people see; WhatsApp reviews it." }),
    ),
    providerId: Type.Optional(
      Type.String({
        pattern: "^[0-9]{1,32}$",
        description: "Instead of countryCode, number and name: a number the account has already.",
      }),
    ),
  },
  strict,
);

const CodeBody = Type.Object(
  {
    method: Type.Optional(Type.Enum(["sms", "voice"], { default: "sms" })),
    language: Type.Optional(Type.String({ pattern: "^[a-z]{2}(_[A-Z]{2})?$", default: "es" })),
  },
  strict,
);
const VerifyBody = Type.Object(
  { code: Type.String({ pattern: "^[0-9]{6}$", description: "Six digits." }) },
  strict,
);
const RegisterBody = Type.Object(
  {
    pin: Type.String({
      pattern: "^[0-9]{6}$",
      description: "The two-step PIN: six digits. It is not stored.",
    }),
  },
  strict,
);
const SubscribeBody = Type.Object(
  {
    callback: Type.Optional(
      Type.Object(
        {
          url: Type.String({ pattern: "^https://", maxLength: 200 }),
          verifyToken: Type.String({ minLength: 1, maxLength: 200 }),
        },
        { ...strict, description: "Only where this account is not to report to the app's own address." },
      ),
    ),
  },
  strict,
);
const NothingBody = Type.Object({}, strict);

/** Bringing numbers to life at their vendor. */
export function numberSetupRoutes(runtime: Runtime): readonly Route[] {
  return [
    addRoute(runtime),
    step(
      runtime,
      "requestNumberCode",
      "request-code",
      "Have the code that proves whose the number is sent",
      CodeBody,
      {
        act: (actor, id, { method = "sms", language = "es" }) =>
          requestCode(runtime, actor, id, { method, language }),
      },
    ),
    step(runtime, "verifyNumberCode", "verify-code", "Enter the code that was sent", VerifyBody, {
      act: (actor, id, { code }) => verifyCode(runtime, actor, id, code),
    }),
    step(
      runtime,
      "registerNumber",
      "register",
      "Register a verified number, with its two-step PIN",
      RegisterBody,
      {
        act: (actor, id, { pin }) => registerNumber(runtime, actor, id, pin),
      },
    ),
    step(
      runtime,
      "deregisterNumber",
      "deregister",
      "Take a number off the platform; it keeps its place here",
      NothingBody,
      {
        act: (actor, id) => deregisterNumber(runtime, actor, id),
      },
    ),
    step(runtime, "subscribeNumber", "subscribe", "Have the number's account report to us", SubscribeBody, {
      act: (actor, id, { callback }) => subscribeNumber(runtime, actor, id, callback ?? null),
    }),
    step(
      runtime,
      "refreshNumber",
      "refresh",
      "Read back status, quality, limit and name from the vendor",
      NothingBody,
      {
        act: (actor, id) => refreshNumber(runtime, actor, id),
      },
    ),
  ];
}

function addRoute(runtime: Runtime): Route {
  return route({
    id: "addMetaNumber",
    method: "post",
    path: "/api/v1/numbers/meta",
    tag,
    summary: "Add a number to a WhatsApp account, or take over one it has",
    scope: "numbers:write",
    body: AddBody,
    responses: { 201: { description: "The number; next comes its code.", schema: NumberSchema } },
    errors: [...NUMBER_ERRORS, "INPUT_INVALID"],
    async handler({ caller, body }) {
      const { account, label = null } = body;
      const wish = { provider: "meta", account, label, ...wishOf(body) };
      return json(201, numberView(runtime, await addNumber(runtime, caller, wish)));
    },
  });
}

/** @throws AppError INPUT_INVALID */
function wishOf({
  countryCode,
  number,
  name,
  providerId,
}: { [K in "countryCode" | "number" | "name" | "providerId"]?: string }) {
  const isNew = countryCode !== undefined && number !== undefined && name !== undefined;
  if (providerId !== undefined && countryCode === undefined && number === undefined && name === undefined)
    return { providerId };
  if (isNew && providerId === undefined) return { countryCode, national: number, name };
  throw new AppError("INPUT_INVALID", "Give either countryCode, number and name, or providerId alone.");
}

type Actor = ApiRequest<unknown, unknown, unknown>["caller"];

/** Something done with a number that is there. */
function step<B extends TSchema>(
  runtime: Runtime,
  id: string,
  action: string,
  summary: string,
  body: B,
  { act }: { act(actor: Actor, id: string, body: Static<B>): Promise<NumberRecord> },
): Route {
  return route<typeof NumberParams, TObject, B>({
    id,
    method: "post",
    path: `/api/v1/numbers/:id/${action}`,
    tag,
    summary,
    scope: "numbers:write",
    params: NumberParams,
    body,
    responses: answersNumber,
    errors: [...NUMBER_ERRORS, "INPUT_INVALID"],
    handler: async ({ caller, params, body: given }) =>
      json(200, numberView(runtime, await act(caller, params.id, given))),
  });
}
