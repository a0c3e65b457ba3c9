/**
 * All a queue must do: bring a run's id to some process that drives it. At least once, in any order, after any delay; the
 * row is the truth and the fence makes a wake too many harmless.
 */
export interface WakePort {
  /** Asks that these runs be looked at. */
  wake(runIds: readonly string[]): Promise<void>;
  /** Starts handing wakes to this process. */
  onWake(handle: (runId: string) => Promise<void>): Promise<void>;
  /** True when the queue answers. */
  isReachable(): Promise<boolean>;
  /** Stops handing out wakes and waits for those under way. */
  stop(): Promise<void>;
}
