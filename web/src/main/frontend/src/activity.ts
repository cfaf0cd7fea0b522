/** When somebody last touched this page. What the page asks by itself does not keep a session open. */
let touched = Date.now();

for (const kind of ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const) {
  window.addEventListener(kind, () => { touched = Date.now(); }, { passive: true, capture: true });
}

export const untouchedSeconds = () => Math.floor((Date.now() - touched) / 1000);
