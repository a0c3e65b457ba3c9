/** Data that survives a round trip through JSON: all a run, a step or an answer may hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };
