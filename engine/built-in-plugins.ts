import agent from "../plugins/agent/plugin.ts";
import api from "../plugins/api/plugin.ts";
import core from "../plugins/core/plugin.ts";
import credits from "../plugins/credits/plugin.ts";
import geo from "../plugins/geo/plugin.ts";
import http from "../plugins/http/plugin.ts";
import messaging from "../plugins/messaging/plugin.ts";
import meta from "../plugins/meta/plugin.ts";
import stores from "../plugins/stores/plugin.ts";
import twilio from "../plugins/twilio/plugin.ts";
import type { PluginDefinition } from "./plugin-api.ts";

/** The plugins of the house. Only the composition root sees them; everybody else knows type names. */
export const BUILT_IN_PLUGINS: readonly PluginDefinition[] = [
  core,
  api,
  http,
  twilio,
  meta,
  messaging,
  geo,
  stores,
  agent,
  credits,
];
