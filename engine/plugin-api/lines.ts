/** The lines the tenant's calls are put through to: numbers, `sip:…` and `client:…` addresses. */
export interface LinesView {
  /** When each last took a call of this tenant, ISO 8601; one that never did is left out. */
  lastAnswered(addresses: readonly string[]): Promise<Readonly<Record<string, string>>>;
}
