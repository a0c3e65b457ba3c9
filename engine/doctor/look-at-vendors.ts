import type { Config } from "../config.ts";
import type { CredentialDefinition, GuardedFetch } from "../plugin-api.ts";
import { type Finding, reasonOf, trouble, well } from "./finding.ts";

/** Whether each vendor takes the operator's own credentials. */
export function lookAtVendors(
  operator: Config["operator"],
  credentials: readonly CredentialDefinition[],
  fetch: GuardedFetch,
): Promise<readonly Finding[]> {
  return Promise.all(
    credentials.flatMap((credential) => {
      const fields = operator[credential.id];
      return fields ? [lookAt(credential, fields, fetch)] : [];
    }),
  );
}

async function lookAt(
  { id, title, test }: CredentialDefinition,
  fields: Readonly<Record<string, string>>,
  fetch: GuardedFetch,
): Promise<Finding> {
  try {
    const { ok, message } = await test(fields, { fetch });
    return ok ? well(title.en, message) : trouble(title.en, `${message} Check the variables of ${id}.`);
  } catch (error) {
    return trouble(title.en, reasonOf(error));
  }
}
