/** A duration, the same in every language: "7 s", "1 min 5 s", "2 h 30 min". */
export function lasted(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3_600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [Math.floor(seconds) % 60, 's'],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}\u00a0${unit}`);
  return words.join('\u00a0') || '0\u00a0s';
}
