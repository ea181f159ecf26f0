// Before anything is painted, so that the colours that were chosen are there from the first moment.
try {
  const chosen = localStorage.getItem("tsim.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // No storage: the colours are those of the system.
}
