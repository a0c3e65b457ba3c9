import type { Flow } from "../../engine/core/flow.ts";

type Settings = Flow["settings"];

/** Some settings to new values; undefined takes one away, so that the tenant's holds again. */
export function setSettings(
  flow: Flow,
  settings: { readonly [Key in keyof Settings]?: Settings[Key] | undefined },
): Flow {
  return { ...flow, settings: withoutUndefined({ ...flow.settings, ...settings }) };
}

/** What the flow is called. */
export function setDetails(
  flow: Flow,
  details: {
    readonly key?: string | undefined;
    readonly name?: string | undefined;
    readonly description?: string | undefined;
  },
): Flow {
  const { description, ...rest } = flow;
  const next = details.description ?? ("description" in details ? undefined : description);
  const named = { ...rest, key: details.key ?? flow.key, name: details.name ?? flow.name };
  return next === undefined || next === "" ? named : { ...named, description: next };
}

export function setVariables(flow: Flow, variables: NonNullable<Flow["variables"]>): Flow {
  const { variables: _old, ...rest } = flow;
  return variables.length === 0 ? rest : { ...rest, variables };
}

function withoutUndefined<T extends object>(value: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]: Exclude<T[Key], undefined> };
}
