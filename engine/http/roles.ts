import { SCOPES, type Scope } from "./scopes.ts";

const VIEWER = [
  "flows:read",
  "runs:read",
  "messages:read",
  "conversations:read",
  "contacts:read",
  "credits:read",
  "stores:read",
  "interactions:read",
  "links:read",
  "settings:read",
  "data:read",
  "templates:read",
  "media:read",
  "node-types:read",
  "numbers:read",
] as const satisfies readonly Scope[];

/** Answers people; changes nothing that answers them by itself. */
const AGENT = [
  ...VIEWER,
  "messages:write",
  "conversations:write",
  "contacts:write",
  "media:write",
  "verify:write",
] as const satisfies readonly Scope[];

const EDITOR = [
  ...AGENT,
  "flows:write",
  "flows:publish",
  "simulations:write",
  "runs:write",
  "effects:resolve",
  "stores:write",
  "data:write",
  "templates:write",
  "templates:submit",
] as const satisfies readonly Scope[];

/** What somebody may do for a tenant, by what they are there. */
export const ROLES = {
  viewer: VIEWER,
  agent: AGENT,
  editor: EDITOR,
  admin: SCOPES,
  owner: SCOPES,
} as const satisfies Record<string, readonly Scope[]>;

export type Role = keyof typeof ROLES;

export const ROLE_NAMES = Object.keys(ROLES) as Role[];

/** A role that this version does not know may do nothing. */
export function scopesOf(role: string): readonly Scope[] {
  return Object.hasOwn(ROLES, role) ? ROLES[role as Role] : [];
}
