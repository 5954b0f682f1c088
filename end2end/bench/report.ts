/** One line of the benchmark's table, as `cargo xtask bench` reads it. */
export interface Measured {
  what: string;
  measured: number;
  unit: 'ms' | 's' | 'MB';
  /** None has no limit. */
  limit?: number;
}

/** Prints a value, and whether it keeps its limit. */
export function report({ what, measured, unit, limit }: Measured): void {
  const kept = limit === undefined ? null : measured <= limit;
  const budget = limit === undefined ? '–' : `≤ ${limit} ${unit}`;
  console.log(JSON.stringify({ what, measured, unit, budget, kept }));
}
