// Where a finding stands in the page.

export const findingElementId = (id: string): string => `finding-${id}`;

/** False where it is not in the page. */
export function showFinding(id: string): boolean {
  const element = document.getElementById(findingElementId(id));
  if (element === null) return false;
  element.scrollIntoView({ block: 'nearest' });
  element.focus({ preventScroll: true });
  return true;
}
