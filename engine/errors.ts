/**
 * Every error a caller can see, in one table. `status` is the HTTP status, `retryable` whether the same request may
 * succeed later without anybody changing it. `docs/errors.md` explains each; `test/errors.test.ts` keeps the two, and
 * the places that throw, in step. Codes are permanent: retire, never reuse.
 */
export const ERROR_CODES = {
  // Starting up
  CONFIG_INVALID: { status: 500, retryable: false },
  DATABASE_UNAVAILABLE: { status: 503, retryable: true },
  DATABASE_VERSION: { status: 500, retryable: false },
  DATABASE_SETUP: { status: 500, retryable: false },
  PORT_IN_USE: { status: 500, retryable: false },
  PLUGIN_INVALID: { status: 500, retryable: false },
  SHUTTING_DOWN: { status: 503, retryable: true },

  // A request that cannot be taken
  BODY_MALFORMED: { status: 400, retryable: false },
  BODY_TOO_LARGE: { status: 413, retryable: false },
  UNAUTHENTICATED: { status: 401, retryable: false },
  SCOPE_MISSING: { status: 403, retryable: false },
  CSRF_REFUSED: { status: 403, retryable: false },
  RATE_LIMITED: { status: 429, retryable: true },
  SIGNATURE_INVALID: { status: 403, retryable: false },
  NOT_FOUND: { status: 404, retryable: false },
  REVISION_CONFLICT: { status: 409, retryable: false },
  STILL_IN_USE: { status: 409, retryable: false },
  IDEMPOTENCY_CONFLICT: { status: 409, retryable: false },
  TIME_IS_REAL: { status: 409, retryable: false },
  RUN_ENDED: { status: 409, retryable: false },
  EFFECT_SETTLED: { status: 409, retryable: false },
  RUN_OPEN: { status: 409, retryable: false },
  NODE_UNKNOWN: { status: 422, retryable: false },
  CALLBACK_EXPIRED: { status: 410, retryable: false },
  LINK_EXPIRED: { status: 410, retryable: false },
  CALLBACK_TAKEN: { status: 409, retryable: false },
  CALLBACK_METHOD: { status: 405, retryable: false },
  SCHEDULE_INVALID: { status: 422, retryable: false },
  SCHEDULE_NEVER_FIRES: { status: 422, retryable: false },
  DATA_TOO_LARGE: { status: 422, retryable: false },
  TEMPLATE_EXISTS: { status: 409, retryable: false },
  DOCUMENT_UNREADABLE: { status: 422, retryable: false },
  MEDIA_INVALID: { status: 422, retryable: false },
  MEDIA_MISSING: { status: 404, retryable: false },
  MEDIA_EXPIRED: { status: 410, retryable: false },
  MEDIA_PENDING: { status: 503, retryable: true },
  DATA_TYPE_MISMATCH: { status: 409, retryable: false },
  KEY_ENDED: { status: 409, retryable: false },
  ISSUER_EXISTS: { status: 409, retryable: false },
  PRECONDITION_REQUIRED: { status: 428, retryable: false },
  NUMBER_STATE: { status: 409, retryable: false },
  NUMBER_REFUSED: { status: 422, retryable: false },
  INPUT_INVALID: { status: 422, retryable: false },
  FLOW_INVALID: { status: 422, retryable: false },

  // A run that cannot go on
  NODE_TYPE_UNKNOWN: { status: 500, retryable: false },
  NODE_FAILED: { status: 500, retryable: false },
  PARAMS_INVALID: { status: 422, retryable: false },
  TEMPLATE_INVALID: { status: 422, retryable: false },
  OUTPUT_TOO_LARGE: { status: 500, retryable: false },
  STATE_TOO_LARGE: { status: 500, retryable: false },
  WAIT_TOO_LONG: { status: 422, retryable: false },
  STEP_LIMIT: { status: 500, retryable: false },
  DURATION_LIMIT: { status: 500, retryable: false },
  RUN_POISONED: { status: 500, retryable: false },
  LIST_LIMIT: { status: 422, retryable: false },
  BRANCH_FAILED: { status: 500, retryable: false },
  CALL_DEPTH: { status: 500, retryable: false },
  FLOW_NOT_CALLABLE: { status: 422, retryable: false },
  OUTPUT_INVALID: { status: 500, retryable: false },
  CREDENTIAL_MISSING: { status: 500, retryable: false },
  SECRET_UNREADABLE: { status: 500, retryable: false },
  SENDER_MISSING: { status: 422, retryable: false },
  TEMPLATE_MISSING: { status: 422, retryable: false },
  STORE_MISSING: { status: 422, retryable: false },
  VERIFIER_MISSING: { status: 500, retryable: false },
  CODE_BLOCKED: { status: 429, retryable: false },
  CREDITS_MISSING: { status: 402, retryable: false },
  AGENT_NOT_INCLUDED: { status: 402, retryable: false },
  AGENT_ANSWER_INVALID: { status: 502, retryable: false },

  // A vendor or another server
  VENDOR_REFUSED: { status: 502, retryable: false },
  VENDOR_UNAVAILABLE: { status: 502, retryable: true },
  VENDOR_RATE_LIMITED: { status: 502, retryable: true },
  EFFECT_IN_DOUBT: { status: 502, retryable: false },
  FETCH_BLOCKED: { status: 502, retryable: false },
  FETCH_FAILED: { status: 502, retryable: true },

  // A message that was not sent
  INSUFFICIENT_CREDITS: { status: 402, retryable: false },
  OPTED_OUT: { status: 409, retryable: false },
  QUIET_HOURS: { status: 409, retryable: false },
  WINDOW_CLOSED: { status: 409, retryable: false },
  UNDELIVERABLE: { status: 422, retryable: false },

  // Code an author wrote
  CODE_FAILED: { status: 500, retryable: false },
  CODE_TIMEOUT: { status: 500, retryable: false },
  CODE_MEMORY: { status: 500, retryable: false },
  CODE_BUSY: { status: 503, retryable: true },

  // Ours
  INTERNAL: { status: 500, retryable: false },
} as const satisfies Record<string, { status: number; retryable: boolean }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * The only error class of this house. `message` says what, where and what was expected; `details` carries the same
 * facts for a program (`retryAfterMs` when a vendor named a delay).
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }
}
