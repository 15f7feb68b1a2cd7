/** Calls `come` each time the element is about to scroll into view. */
export function inSight(element: Element, come: () => void): { destroy: () => void } {
  const observer = new IntersectionObserver(
    (entries) => entries.some((entry) => entry.isIntersecting) && come(),
    { rootMargin: '800px' },
  );
  observer.observe(element);
  return { destroy: () => observer.disconnect() };
}
