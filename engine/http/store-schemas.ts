import { Type } from "typebox";
import { OpeningHoursSchema } from "../core/hours.ts";
import { At, Phone } from "./fields.ts";

const strict = { additionalProperties: false } as const;
const text = (max: number) => Type.Union([Type.String({ minLength: 1, maxLength: max }), Type.Null()]);
const optional = (max: number) => Type.Optional(text(max));
const Country = Type.String({ pattern: "^[A-Z]{2}$", description: "ISO 3166-1: CO." });
const Zone = Type.String({ minLength: 1, maxLength: 64, description: "IANA name: America/Bogota." });
const Degrees = (most: number) => Type.Union([Type.Number({ minimum: -most, maximum: most }), Type.Null()]);

export const StoreId = Type.String({ pattern: "^sto_[0-9a-z_]{1,40}$", description: "Id of a store." });
export const GroupId = Type.String({ pattern: "^grp_[0-9a-z_]{1,40}$", description: "Id of a group." });

export const StoreBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    groupId: Type.Optional(Type.Union([GroupId, Type.Null()])),
    address: optional(300),
    city: optional(100),
    region: optional(100),
    country: Country,
    postalCode: optional(20),
    lat: Type.Optional(Degrees(90)),
    lon: Type.Optional(Degrees(180)),
    timezone: Zone,
    landline: Type.Optional(Type.Union([Phone, Type.Null()], { description: "Its calls go to the mobile." })),
    mobile: Type.Optional(Type.Union([Phone, Type.Null()])),
    website: optional(500),
    hours: Type.Optional(OpeningHoursSchema),
    webhook: Type.Optional(
      Type.Union([
        Type.Object(
          {
            url: Type.String({
              pattern: "^https?://",
              maxLength: 1000,
              description: "Hears of each interaction of the store, signed; private addresses are refused.",
            }),
            secret: Type.Optional(
              Type.String({ minLength: 16, maxLength: 200, description: "Absent: kept, or made." }),
            ),
          },
          strict,
        ),
        Type.Null({ description: "Hears of nothing." }),
      ]),
    ),
  },
  strict,
);

const nullable = Type.Union([Type.String(), Type.Null()]);
export const StoreAnswer = Type.Object({
  id: Type.String(),
  name: Type.String(),
  groupId: nullable,
  address: nullable,
  city: nullable,
  region: nullable,
  country: Type.String(),
  postalCode: nullable,
  lat: Type.Union([Type.Number(), Type.Null()]),
  lon: Type.Union([Type.Number(), Type.Null()]),
  timezone: Type.String(),
  landline: nullable,
  mobile: nullable,
  website: nullable,
  hours: Type.Unknown(),
  webhook: Type.Union([
    Type.Object({
      url: Type.String(),
      secret: Type.Optional(Type.String({ description: "Only in the answer to the request that set it." })),
    }),
    Type.Null(),
  ]),
  revision: Type.Integer(),
  createdAt: At,
  updatedAt: At,
});

export const GroupBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    timezone: Zone,
    hours: Type.Optional(Type.Union([OpeningHoursSchema, Type.Null()])),
  },
  strict,
);

export const GroupAnswer = Type.Object({
  id: Type.String(),
  name: Type.String(),
  timezone: Type.String(),
  hours: Type.Unknown(),
  revision: Type.Integer(),
  createdAt: At,
  updatedAt: At,
});

export const DeliveryAnswer = Type.Object({
  id: Type.String(),
  interactionId: Type.String(),
  state: Type.Enum(["pending", "delivered", "failed"]),
  attempts: Type.Integer(),
  status: Type.Union([Type.Integer(), Type.Null()], { description: "Of the last answer." }),
  error: nullable,
  nextAt: Type.Union([At, Type.Null()]),
  createdAt: At,
});
