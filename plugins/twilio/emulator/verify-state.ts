/** A Verify service: how long its codes are, and whose name they carry. */
export interface VerifyService {
  readonly sid: string;
  readonly accountSid: string;
  readonly friendlyName: string;
  readonly codeLength: number;
  readonly lookupEnabled: boolean;
  readonly skipSmsToLandlines: boolean;
  readonly dtmfInputRequired: boolean;
  readonly ttsName: string | null;
  readonly customCodeEnabled: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What Verify keeps beside the ledger: services last as long as the process. */
export interface VerifyState {
  readonly services: Map<string, VerifyService>;
  /** How much later it is for Verify than on the clock: codes of ten minutes expire without waiting for them. */
  passedMs: number;
}

export function createVerifyState(): VerifyState {
  return { services: new Map(), passedMs: 0 };
}
