import { Type } from "typebox";
import { AppError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { followLink } from "../store/routing.ts";
import { redirect } from "./reply.ts";
import { publicRoute, type Route } from "./route.ts";

/** Links in messages, counted and followed. */
export function linkRoutes(db: Database): readonly Route[] {
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
      errors: ["NOT_FOUND"],
      async handler({ params }) {
        const url = await followLink(db, params.code ?? "");
        if (url === null) throw new AppError("NOT_FOUND", "This link is unknown.");
        return redirect(url);
      },
    }),
  ];
}
