// The lowest contrast over all hues of what is written on the brand colour, and on its tint (WCAG 2.2, relative luminance).
() => {
  const root = document.querySelector("baton-chat");
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const luminance = (colour) => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const lowest = { brand: 21, tint: 21 };
  const chip = root.shadowRoot.querySelector(".chip");
  const launcher = root.shadowRoot.querySelector(".launcher");
  const bubble = root.shadowRoot.querySelector(".bubble");
  const ownContrast = (node) => contrast(getComputedStyle(node).color, getComputedStyle(node).backgroundColor);
  for (let hue = 0; hue < 360; hue += 6) {
    root.style.setProperty("--baton-hue", hue);
    lowest.brand = Math.min(lowest.brand, ownContrast(launcher), ownContrast(chip));
    lowest.tint = Math.min(lowest.tint, ownContrast(bubble));
  }
  return lowest;
}
