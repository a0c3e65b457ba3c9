import { createHash } from "node:crypto";
import { DOCS_STYLE, docsPage } from "./docs-page.ts";
import { openApiOf } from "./openapi.ts";
import { json } from "./reply.ts";
import { publicRoute, type Route } from "./route.ts";

const tag = "This documentation";
const reason = "what the API can do is no secret";

/** The API about itself: `routes` and these two. */
export function docsRoutes(
  routes: readonly Route[],
  options: { readonly version: string; readonly publicUrl: string },
): readonly Route[] {
  const own: readonly Route[] = [
    publicRoute({
      id: "readOpenApi",
      method: "get",
      path: "/api/openapi.json",
      tag,
      summary: "This API as OpenAPI 3.1",
      public: reason,
      responses: { 200: { description: "OpenAPI 3.1 as JSON." } },
      handler: async () => specification(),
    }),
    publicRoute({
      id: "readDocs",
      method: "get",
      path: "/api/docs",
      tag,
      summary: "This API as a page",
      public: reason,
      responses: { 200: { description: "HTML." } },
      handler: async () => page(),
    }),
  ];
  const api = openApiOf([...routes, ...own], options);
  const specification = () => json(200, api);
  const html = docsPage(api);
  const page = () => ({
    status: 200,
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": PAGE_POLICY },
    body: html,
  });
  return own;
}

/** The page's own style, and nothing else from anywhere. */
const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(DOCS_STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");
