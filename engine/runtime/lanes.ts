/**
 * Works through items side by side: those of one lane one after the other, in their order; at most `most` at once. All are
 * worked on, whatever becomes of the others.
 */
export async function inLanes<T>(
  items: readonly T[],
  laneOf: (item: T) => string,
  most: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const lanes = [...Map.groupBy(items, laneOf).values()].values();
  const worker = async () => {
    for (const lane of lanes) for (const item of lane) await work(item);
  };
  await Promise.all(Array.from({ length: most }, worker));
}
