import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/** Where a value does not fit its schema: JSON pointer and words. */
export interface Violation {
  readonly path: string;
  readonly message: string;
}

export interface Validator {
  /** Empty when the value fits. Never throws for a schema that `compile` took. */
  violations(schema: object, value: unknown): readonly Violation[];
  /** Fills the schema's defaults into `value` itself, and makes "5" 5 where a number is meant. Gives `value`. */
  fillDefaults<T>(schema: object, value: T): T;
  /** The same on a deep copy. */
  withDefaults<T>(schema: object, value: T): T;
  /** @throws Error when the schema itself is wrong */
  compile(schema: object): void;
}

// What a form may say about a field; anything else beginning with x- is a typo.
const FORM_KEYWORDS = [
  "x-widget",
  "x-visible",
  "x-options",
  "x-secret",
  "x-group",
  "x-order",
  "x-es",
  "x-template",
];

/** The only place that knows ajv. Schemas are compiled on first use and kept as long as they live. */
export function createValidator(): Validator {
  const strict = newAjv(false);
  const filling = newAjv(true);
  const compiled = new WeakMap<object, ValidateFunction>();
  const fillers = new WeakMap<object, ValidateFunction>();
  const fillDefaults = <T>(schema: object, value: T): T => {
    compileOnce(fillers, filling, schema)(value);
    return value;
  };
  return {
    violations(schema, value) {
      const validate = compileOnce(compiled, strict, schema);
      if (validate(value)) return [];
      return (validate.errors ?? [])
        .filter(isOwn)
        .map((error) => ({ path: pathOf(error), message: wordsOf(error) }));
    },
    fillDefaults,
    withDefaults: (schema, value) => fillDefaults(schema, structuredClone(value)),
    compile(schema) {
      compileOnce(compiled, strict, schema);
      // Filling is stricter: a default where none can be filled in is refused. Compiling all twice would double the start.
      if (JSON.stringify(schema).includes('"default":')) compileOnce(fillers, filling, schema);
    },
  };
}

function newAjv(useDefaults: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
    useDefaults,
    coerceTypes: useDefaults,
    validateFormats: false,
    logger: false,
  });
  for (const keyword of FORM_KEYWORDS) ajv.addKeyword(keyword);
  ajv.addKeyword("example");
  return ajv;
}

function compileOnce(
  cache: WeakMap<object, ValidateFunction>,
  ajv: Ajv2020,
  schema: object,
): ValidateFunction {
  const known = cache.get(schema);
  if (known) return known;
  // A copy without the builder's hidden markers: ajv must see plain JSON Schema.
  const validate = ajv.compile(JSON.parse(JSON.stringify(schema)));
  cache.set(schema, validate);
  return validate;
}

interface AjvError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Record<string, unknown>;
  readonly message?: string;
}

/** What each entry of a list lacks says nothing where one that fits is enough. */
function isOwn({ schemaPath }: Pick<AjvError, "schemaPath">): boolean {
  return !schemaPath.includes("/contains/");
}

function pathOf(error: AjvError): string {
  const extra =
    error.keyword === "required"
      ? error.params.missingProperty
      : error.keyword === "additionalProperties"
        ? error.params.additionalProperty
        : undefined;
  return extra === undefined ? error.instancePath : `${error.instancePath}/${String(extra)}`;
}

function wordsOf(error: AjvError): string {
  if (error.keyword === "required") return "is required";
  if (error.keyword === "additionalProperties") return "is not expected here";
  if (error.keyword === "enum") return `must be one of ${JSON.stringify(error.params.allowedValues)}`;
  if (error.keyword === "const") return `must be ${JSON.stringify(error.params.allowedValue)}`;
  return error.message ?? "is not valid";
}
