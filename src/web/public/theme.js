// Before anything is painted: the chosen theme, so that nothing flashes. What it may be is in app/theme.ts.
try {
  const theme = localStorage.getItem('understudy.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system's theme.
}
