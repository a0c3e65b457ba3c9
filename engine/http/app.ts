import express, { type Express, type Request } from "express";
import helmet from "helmet";
import type { ExampleFlow } from "../core/example-flow.ts";
import { AppError } from "../errors.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Engine } from "../runtime/engine.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Simulations } from "../runtime/simulations/simulations.ts";
import { agentSettingsRoutes } from "./agent-settings.ts";
import { auditRoutes } from "./audit.ts";
import { authRoutes } from "./auth.ts";
import { type Authenticate, createAuthenticate } from "./authenticate.ts";
import { callbackRoutes } from "./callbacks.ts";
import { changeNumberRoutes } from "./change-number.ts";
import { clockRoutes } from "./clock.ts";
import { consentRoutes } from "./consents.ts";
import { contactRoutes } from "./contacts.ts";
import { conversationRoutes } from "./conversations.ts";
import { creditRoutes } from "./credits.ts";
import { dataRoutes } from "./data.ts";
import { docsRoutes } from "./docs.ts";
import { editorRoutes } from "./editor-files.ts";
import { effectRoutes } from "./effects.ts";
import { createErrorHandler } from "./error-handler.ts";
import { eventRoutes } from "./events.ts";
import { flowActivityRoutes } from "./flow-activity.ts";
import { createFlowChecks } from "./flow-checks.ts";
import { flowVersionRoutes } from "./flow-versions.ts";
import { flowRoutes } from "./flows.ts";
import { galleryRoutes } from "./gallery.ts";
import { type HealthOptions, healthRoutes, type ReadyReport } from "./health.ts";
import { hookRoutes } from "./hooks.ts";
import { interactionRoutes } from "./interactions.ts";
import { knowledgeRoutes } from "./knowledge.ts";
import { linkStatsRoutes } from "./link-stats.ts";
import { linkRoutes } from "./links.ts";
import { listRoutes } from "./lists.ts";
import type { FlowNews } from "./live/flow-changes.ts";
import { meRoutes } from "./me.ts";
import { mediaRoutes } from "./media.ts";
import { messagePreviewRoutes } from "./message-preview.ts";
import { messageRoutes } from "./messages.ts";
import { messagingSettingsRoutes } from "./messaging-settings.ts";
import { moduleRoutes } from "./modules.ts";
import { mount } from "./mount.ts";
import { nodeTypeRoutes } from "./node-types.ts";
import { notifyRoutes } from "./notify.ts";
import { notifyBulkRoutes } from "./notify-bulk.ts";
import { numberAllowanceRoutes } from "./number-allowance.ts";
import { numberProfileRoutes } from "./number-profile.ts";
import { numberSetupRoutes } from "./number-setup.ts";
import { numberRoutes } from "./numbers.ts";
import { optionRoutes } from "./options.ts";
import { priceRoutes } from "./prices.ts";
import { assignRequestId } from "./request-id.ts";
import type { Route } from "./route.ts";
import { runEventRoutes } from "./run-events.ts";
import { runRoutes } from "./runs.ts";
import { scheduleRoutes } from "./schedules.ts";
import { seedAliasRoutes } from "./seed-aliases.ts";
import { seedWebhookRoutes } from "./seed-webhooks.ts";
import { createFindPerson, type FindPerson } from "./session-person.ts";
import { sessionRoutes } from "./sessions.ts";
import { simulationRoutes } from "./simulations.ts";
import { storeGroupRoutes } from "./store-groups.ts";
import { storeRoutes } from "./stores.ts";
import { templateActionRoutes } from "./template-actions.ts";
import { templateRoutes } from "./templates.ts";
import { trafficRoutes } from "./traffic.ts";
import { usageRoutes } from "./usage.ts";
import { verifyRoutes } from "./verify.ts";
import { webhookRoutes } from "./webhooks.ts";

export interface AppDependencies {
  readonly runtime: Runtime;
  readonly engine: Engine;
  /** Flows that come with the program, for the gallery. */
  readonly examples: readonly ExampleFlow[];
  readonly simulations: Simulations;
  /** Hears of saved and published flows. */
  readonly news: FlowNews;
  readonly ready: () => Promise<ReadyReport>;
  readonly metrics: Metrics;
  /** Of this program, as the health check and OpenAPI say it. */
  readonly version: string;
  /** Where the built editor is. */
  readonly editorFolder: string;
  /** Whether the person whose password everybody knows is let in. */
  readonly demoSignIn: boolean;
  /** Whose word on the sender's address counts. */
  readonly trustedProxies: readonly string[];
}

/** Everything that is reached over HTTP. */
export function createApp(dependencies: AppDependencies): Express {
  const { runtime } = dependencies;
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("trust proxy", dependencies.trustedProxies);
  app.use(assignRequestId);
  const tools = {
    validator: runtime.validator,
    authenticate: authenticateOf(dependencies),
    publicUrl: runtime.settings.publicUrl,
    answered: dependencies.metrics.answered,
  };
  const { webhooks, others } = routesOf(dependencies);
  // Vendors come first: somebody is on the line, and no browser looks at what they are answered.
  mount(app, webhooks, tools);
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: NOTHING_TO_SHOW } }));
  mount(app, others, tools);
  app.use((request: Request) => {
    throw new AppError("NOT_FOUND", `There is nothing at ${request.method} ${request.path.slice(0, 200)}.`);
  });
  app.use(createErrorHandler(runtime.log));
  return app;
}

/** Health and metrics alone, for those who look after the process. */
export function createHealthApp(runtime: Runtime, options: HealthOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(assignRequestId);
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: NOTHING_TO_SHOW } }));
  mount(app, healthRoutes(options), {
    validator: runtime.validator,
    authenticate: authenticateOf({ runtime, demoSignIn: false }),
    publicUrl: runtime.settings.publicUrl,
    answered: options.metrics.answered,
  });
  app.use((request: Request) => {
    throw new AppError("NOT_FOUND", `There is nothing at ${request.method} ${request.path.slice(0, 200)}.`);
  });
  app.use(createErrorHandler(runtime.log));
  return app;
}

/** All routes there are: those that vendors call, and all others. */
export function routesOf(dependencies: AppDependencies): {
  readonly webhooks: readonly Route[];
  readonly others: readonly Route[];
} {
  const { runtime, engine, simulations, news, examples, ready, version, metrics } = dependencies;
  const { editorFolder, demoSignIn } = dependencies;
  const { publicUrl, stopping } = runtime.settings;
  const check = createFlowChecks(runtime);
  const ours = webhookRoutes(runtime, engine, metrics);
  const webhooks = [...ours, ...seedWebhookRoutes(ours)];
  const api = [
    ...flowRoutes(runtime, check, news),
    ...flowVersionRoutes(runtime, check, news),
    ...trafficRoutes(runtime),
    ...flowActivityRoutes(runtime.db),
    ...galleryRoutes(runtime, examples),
    ...simulationRoutes({ runtime, engine, simulations, check }),
    ...scheduleRoutes(runtime.db),
    ...runRoutes(runtime, engine),
    ...runEventRoutes(runtime, engine),
    ...eventRoutes(runtime, engine),
    ...moduleRoutes(runtime),
    ...notifyRoutes(runtime, engine),
    ...notifyBulkRoutes(runtime, engine),
    ...listRoutes(runtime),
    ...dataRoutes(runtime.db),
    ...knowledgeRoutes(runtime.db),
    ...agentSettingsRoutes(runtime),
    ...templateRoutes(runtime),
    ...templateActionRoutes(runtime),
    ...mediaRoutes(runtime),
    ...optionRoutes(runtime),
    ...nodeTypeRoutes(runtime),
    ...effectRoutes(runtime, engine),
    ...messageRoutes(runtime, engine),
    ...conversationRoutes(runtime, engine),
    ...creditRoutes(runtime.db),
    ...numberRoutes(runtime),
    ...changeNumberRoutes(runtime),
    ...numberAllowanceRoutes(runtime),
    ...numberSetupRoutes(runtime),
    ...numberProfileRoutes(runtime),
    ...usageRoutes(runtime),
    ...priceRoutes(runtime),
    ...interactionRoutes(runtime),
    ...verifyRoutes(runtime),
    ...storeRoutes(runtime),
    ...storeGroupRoutes(runtime),
    ...auditRoutes(runtime.db),
    ...clockRoutes(runtime),
    ...authRoutes({ runtime, findPerson: findPersonOf(dependencies), demoSignIn }),
    ...sessionRoutes(runtime),
    ...meRoutes(runtime),
    ...hookRoutes(runtime, engine, metrics),
    ...callbackRoutes(runtime, engine, metrics),
    ...contactRoutes(runtime.db),
    ...consentRoutes(runtime.db),
    ...messagingSettingsRoutes(runtime),
    ...messagePreviewRoutes(runtime),
    ...linkStatsRoutes(runtime.db),
    ...linkRoutes(runtime, engine),
    ...healthRoutes({ version, ready, stopping, metrics }),
  ];
  const documented = [...api, ...seedAliasRoutes(runtime, engine, api)];
  return {
    webhooks,
    others: [
      ...documented,
      ...docsRoutes([...documented, ...webhooks], { version, publicUrl }),
      ...editorRoutes({ folder: editorFolder, publicUrl }),
    ],
  };
}

/** The same for requests and for sockets. */
export function authenticateOf(dependencies: Pick<AppDependencies, "runtime" | "demoSignIn">): Authenticate {
  return createAuthenticate(dependencies.runtime.db, findPersonOf(dependencies));
}

function findPersonOf({ runtime, demoSignIn }: Pick<AppDependencies, "runtime" | "demoSignIn">): FindPerson {
  const { db, keys, settings } = runtime;
  return createFindPerson({ db, keys, publicUrl: settings.publicUrl, demoSignIn });
}

// Answers are data; a page among them brings a policy of its own.
const NOTHING_TO_SHOW = {
  defaultSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};
