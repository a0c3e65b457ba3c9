import { Type } from "typebox";
import { clickKindOf } from "../core/click-kind.ts";
import { AppError } from "../errors.ts";
import type { WebhookRequest } from "../plugin-api.ts";
import { tellClick } from "../runtime/clicks.ts";
import type { Engine } from "../runtime/engine.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { followLink } from "../store/links.ts";
import { redirect } from "./reply.ts";
import { publicRoute, type Route } from "./route.ts";

const MAX_AGENT = 300;

/** Links in messages, counted and followed. */
export function linkRoutes(runtime: Pick<Runtime, "db" | "log">, engine: Engine): readonly Route[] {
  return [
    publicRoute({
      id: "followLink",
      method: "get",
      path: "/t/:code",
      tag: "Links",
      summary: "Count a click on a tracked link and go where it leads",
      public: "whoever got the message may click",
      params: Type.Object({ code: Type.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" }) }),
      responses: { 302: { description: "Off to the address behind the link." } },
      errors: ["NOT_FOUND", "LINK_EXPIRED"],
      handler: (request) => follow(runtime, engine, request),
    }),
  ];
}

async function follow({ db, log }: Pick<Runtime, "db" | "log">, engine: Engine, request: WebhookRequest) {
  const { params, headers, method } = request;
  const code = params.code ?? "";
  const kind = clickKindOf(method, headers);
  const link = await followLink(db, { code, kind, agent: (headers["user-agent"] ?? "").slice(0, MAX_AGENT) });
  if (link === null) throw new AppError("NOT_FOUND", "This link is unknown.");
  if (link.state === "expired") throw new AppError("LINK_EXPIRED", "This link has expired.");
  if (kind === "person") {
    // Whoever clicked goes on, whatever becomes of the run.
    await tellClick(engine, code, link).catch((error: unknown) =>
      log.warn({ err: error, runId: link.runId }, "a click was counted, but its run was not told"),
    );
  }
  return redirect(link.url);
}
