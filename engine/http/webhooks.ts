import { Type } from "typebox";
import { AppError } from "../errors.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { HttpAnswer, WebhookRequest } from "../plugin-api.ts";
import type { RegisteredWebhook } from "../registry.ts";
import type { Engine } from "../runtime/engine.ts";
import { receive } from "../runtime/ingress.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type Method, publicRoute, type Route } from "./route.ts";

// Meta's largest batches stay below it.
const LIMIT_BYTES = 3 * 1024 * 1024;

/** The addresses that vendors call, one for each webhook of each plugin. */
export function webhookRoutes(runtime: Runtime, engine: Engine, metrics: Metrics): readonly Route[] {
  return runtime.registry.webhooks.flatMap((hook) => {
    const handler = counting(metrics, hook.definition.path, (request) =>
      receive(runtime, engine, hook, request),
    );
    return hook.definition.methods.map((method) =>
      webhookRoute(hook, method === "GET" ? "get" : "post", handler),
    );
  });
}

type Handle = (request: WebhookRequest) => Promise<HttpAnswer>;

/** Counts refused signatures: many of them mean a wrong secret, or somebody trying. */
export function counting(metrics: Metrics, path: string, handle: Handle): Handle {
  return async (request) => {
    try {
      return await handle(request);
    } catch (error) {
      if (error instanceof AppError && error.code === "SIGNATURE_INVALID") metrics.refusedSignature(path);
      throw error;
    }
  };
}

function webhookRoute({ plugin, definition }: RegisteredWebhook, method: Method, handler: Handle): Route {
  const names = [...definition.path.matchAll(/:(\w+)/g)].flatMap((match) => match[1] ?? []);
  return publicRoute({
    id: `webhook_${method}_${definition.path.replaceAll(/\W+/g, "_")}`,
    method,
    path: `/hooks/${definition.path}`,
    tag: "Vendor webhooks",
    summary: `Called by the vendor of the plugin ${plugin}`,
    public: `the vendor has no key; the plugin ${plugin} verifies its signature`,
    params: Type.Object(Object.fromEntries(names.map((name) => [name, Type.String()]))),
    bodyLimitBytes: LIMIT_BYTES,
    responses: { 200: { description: "In the vendor's own language." } },
    errors: ["SIGNATURE_INVALID", "BODY_MALFORMED"],
    handler,
  });
}
