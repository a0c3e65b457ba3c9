/** Uses that cost money but no credits: kept with the run, and priced. */
export interface UsesView {
  /** Once for each step and kind. */
  note(kind: "geolocation", amount: number): Promise<void>;
}
