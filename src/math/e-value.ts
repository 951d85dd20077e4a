/**
 * E-values: non-negative statistics whose expectation under the null is at most one, so that one over the e-value is
 * a valid p-value and independent ones multiply (Vovk and Wang 2021, "E-values: calibration, combination and
 * applications"). All of them are carried as log10, "how many to one".
 */

/** A bet on a p-value: e = kappa * p^(kappa - 1), kappa = 1/2 (ibid., section 2). @returns log10 e, never below log10(1/2). */
export function logEFromLogP(logP: number): number {
  return (Math.log(0.5) - 0.5 * logP) / Math.LN10;
}

/** The mean of dependent e-values is an e-value (ibid., section 3). Takes and returns log10. An empty list says nothing: 0. */
export function averageLogE(logs: readonly number[]): number {
  if (logs.length === 0) return 0;
  const top = Math.max(...logs);
  return top + Math.log10(logs.reduce((sum, log) => sum + 10 ** (log - top), 0) / logs.length);
}

/**
 * The geometric mean of dependent e-values: never above their mean, so an e-value too. It asks several of them to agree,
 * where the mean believes the loudest; wanted where a null may be wrong for one of them. Takes and returns log10.
 */
export function geometricLogE(logs: readonly number[]): number {
  return logs.length === 0 ? 0 : logs.reduce((sum, log) => sum + log, 0) / logs.length;
}

/**
 * Half of the bet stays at home: never below one half, whatever the e-value. Wanted where an attacker can do without what is
 * looked for, so that its absence says next to nothing. Takes and returns log10.
 */
export function hedgedLogE(log: number): number {
  return averageLogE([0, log]);
}

/**
 * The e-BH procedure (Wang and Ramdas 2022): rejects hypotheses so that the expected share of false rejections is at
 * most `rate` under any dependence.
 *
 * @param logs log10 e-values, one per hypothesis.
 * @returns the log10 e-value from which on a hypothesis is rejected; that which one alone would need where none is.
 */
export function eBenjaminiHochbergBar(logs: readonly number[], rate: number): number {
  const alone = Math.log10(Math.max(logs.length, 1) / rate);
  const descending = logs.toSorted((a, b) => b - a);
  const rejected = descending.findLastIndex((log, i) => log >= alone - Math.log10(i + 1)) + 1;
  return alone - Math.log10(Math.max(rejected, 1));
}
