import type { TObject } from "typebox";
import type { JsonObject } from "../core/json.ts";
import type { GuardedFetch } from "./guarded-fetch.ts";
import type { Text } from "./words.ts";

export interface CredentialDefinition {
  /** `plugin.credential`, e.g. `twilio.account`. */
  readonly id: string;
  readonly title: Text;
  /** Secret fields carry `x-secret: true`. */
  readonly fields: TObject;
  /** Which field names the vendor's account, for routing: `accountSid`. Kept readable beside the sealed fields. */
  readonly accountField?: string;
  /** Says in words whether the vendor takes it. */
  test(
    fields: JsonObject,
    ctx: { readonly fetch: GuardedFetch },
  ): Promise<{ readonly ok: boolean; readonly message: string }>;
}

export function defineCredential(definition: CredentialDefinition): CredentialDefinition {
  return definition;
}
