import type { OpenApi, Operation } from "./openapi.ts";

// Fits a phone and a wide screen, light and dark, without a script and without a byte from another host.
export const DOCS_STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; }
h2 { border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); margin-top: 2.5rem; }
details { border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: .5rem; margin: .5rem 0; }
summary { cursor: pointer; padding: .6rem .8rem; }
summary code { font-weight: 600; }
details > div { padding: 0 1rem 1rem; }
.method { display: inline-block; min-width: 4.5rem; font: 600 .8rem ui-monospace, monospace; text-transform: uppercase; }
.what { opacity: .75; }
pre { background: color-mix(in srgb, currentColor 8%, transparent); border-radius: .4rem; overflow: auto; padding: .8rem; max-height: 28rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .85rem; }
table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); padding: .3rem .5rem; text-align: left; vertical-align: top; }
`;

/** The API on one page, from its OpenAPI document alone. */
export function docsPage(api: OpenApi): string {
  const base = api.servers[0]?.url ?? "";
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = api.tags.map(({ name }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name));
    return `<section><h2>${escapeHtml(name)}</h2>${own.map((entry) => operationHtml(base, entry)).join("")}</section>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(api.info.title)} API ${escapeHtml(api.info.version)}</title><style>${DOCS_STYLE}</style></head>
<body><h1>${escapeHtml(api.info.title)} API</h1><p>Version ${escapeHtml(api.info.version)} · <a href="/api/openapi.json">OpenAPI 3.1</a></p>
<p>${escapeHtml(api.info.description)}</p><pre>Authorization: Bearer &lt;api key&gt;</pre>
<main>${sections.join("")}</main>
<section><h2>Schemas</h2>${schemasHtml(api)}</section></body></html>
`;
}

interface Entry {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

function operationHtml(base: string, { path, method, operation }: Entry): string {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  return `<details id="${escapeHtml(operationId)}"><summary><span class="method">${escapeHtml(method)}</span> <code>${escapeHtml(path)}</code> <span class="what">${escapeHtml(summary)}</span></summary><div>
<p>${escapeHtml(description)}</p>
${
  parameters.length > 0
    ? table(
        ["Parameter", "In", ""],
        parameters.map(({ name, in: place, required, description: words = "" }) => [
          name,
          required ? `${place}, required` : place,
          words,
        ]),
      )
    : ""
}
${requestBody ? `<h4>Body</h4>${code(requestBody.content)}` : ""}
${table(
  ["Status", ""],
  Object.entries(responses).map(([status, response]) => [status, response.description]),
)}
<pre>${escapeHtml(curl(base, { path, method, operation }))}</pre></div></details>
`;
}

function curl(base: string, { path, method, operation }: Entry): string {
  const key = operation.security.some((way) => "apiKey" in way)
    ? ` \\\n  -H "Authorization: Bearer $API_KEY"`
    : "";
  const required = operation.parameters.filter(
    (parameter) => parameter.in === "header" && parameter.required,
  );
  const headers = required.map(({ name }) => ` \\\n  -H "${name}: …"`).join("");
  const body = operation.requestBody ? ` \\\n  -H "Content-Type: application/json" -d '{ … }'` : "";
  return `curl -X ${method.toUpperCase()} "${base}${path}"${key}${headers}${body}`;
}

function schemasHtml(api: OpenApi): string {
  const { schemas = {} } = api.components;
  return Object.entries(schemas ?? {})
    .map(
      ([name, schema]) =>
        `<details id="schema-${escapeHtml(name)}"><summary><code>${escapeHtml(name)}</code></summary><div>${code(schema)}</div></details>`,
    )
    .join("");
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join("");
  const lines = rows.map(
    (cells) => `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`,
  );
  return `<table><thead><tr>${head}</tr></thead><tbody>${lines.join("")}</tbody></table>`;
}

function code(value: unknown): string {
  return `<pre><code>${escapeHtml(JSON.stringify(value, null, 2))}</code></pre>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
