import type { JsonObject } from "../core/json.ts";
import type { ChannelDefinition } from "./channels.ts";
import type { CredentialDefinition } from "./credentials.ts";
import type { Emulator, EmulatorOptions } from "./emulators.ts";
import type { MediaAdapter } from "./media.ts";
import type { NodeDefinition } from "./node-definition.ts";
import type { NumberLifecycle } from "./numbers.ts";
import type { SocketDefinition, SocketSigner } from "./sockets.ts";
import type { TemplatesAdapter } from "./templates.ts";
import type { TriggerDefinition } from "./triggers.ts";
import type { VerifierDefinition } from "./verify.ts";
import type { WebhookDefinition } from "./webhooks.ts";
import type { Text } from "./words.ts";

export interface PluginDefinition {
  /** One word in kebab-case; the first half of every type it brings. */
  readonly id: string;
  readonly title: Text;
  // biome-ignore lint/suspicious/noExplicitAny: the list holds nodes of many params; each was checked where it was defined.
  readonly nodes?: readonly NodeDefinition<any, any>[];
  readonly triggers?: readonly TriggerDefinition[];
  readonly channels?: readonly ChannelDefinition[];
  readonly verifiers?: readonly VerifierDefinition[];
  readonly credentials?: readonly CredentialDefinition[];
  readonly webhooks?: readonly WebhookDefinition[];
  /** Sockets that vendors open for its steps. */
  readonly sockets?: readonly SocketDefinition[];
  /** How its vendor signs the sockets it opens, whoever's they are. */
  readonly socketSigner?: SocketSigner;
  /** How its numbers are set up from here. */
  readonly numbers?: NumberLifecycle;
  /** How templates are submitted to its vendor, which is the provider of its numbers. */
  readonly templates?: TemplatesAdapter;
  /** How files that came with a message are fetched. */
  readonly media?: MediaAdapter;
  readonly emulator?: (options: EmulatorOptions) => Promise<Emulator>;
  /** How its emulator serves a simulation: with an account that nobody else has. */
  readonly simulation?: SimulatedAccount;
}

export interface SimulatedAccount {
  /** The credential the account is opened with. */
  readonly credential: string;
  newAccount(): { readonly ref: string; readonly fields: JsonObject };
  /** What a code of its vendor means for whoever sent something; null for what is none of them. Absent: it has no codes. */
  explain?(code: string): Text | null;
}

export function definePlugin(definition: PluginDefinition): PluginDefinition {
  return definition;
}
