/** A request that failed without an answer; its cause is what the SDK's transport said. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  /** True when it never had a connection to leave by: surely nothing was done. */
  readonly neverSent: boolean;

  constructor(cause: unknown, neverSent: boolean) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.neverSent = neverSent;
  }
}
