/** Calls `come` when the element is about to come into sight, and again whenever it does. */
export function inSight(element: Element, come: () => void): { destroy: () => void } {
  const observer = new IntersectionObserver(
    (entries) => entries.some((entry) => entry.isIntersecting) && come(),
    { rootMargin: '800px' },
  );
  observer.observe(element);
  return { destroy: () => observer.disconnect() };
}
