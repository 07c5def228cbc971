// @ts-check
// The look, as one constructable sheet: a page's strict policy has nothing to forbid.

/** The values of /assets/core/tokens.css that are used here; a test compares them. */
export const TOKENS = `
  --baton-hue: 262;
  --baton-chroma: 0.14;
  --surface: light-dark(oklch(0.998 0.001 85), oklch(0.21 0.006 65));
  --sunken: light-dark(oklch(0.955 0.005 85), oklch(0.15 0.005 65));
  --line: light-dark(oklch(0.905 0.007 85), oklch(0.315 0.008 65));
  --ink: light-dark(oklch(0.25 0.012 65), oklch(0.94 0.006 85));
  --ink-soft: light-dark(oklch(0.43 0.012 65), oklch(0.78 0.008 85));
  --brand: light-dark(oklch(0.48 var(--baton-chroma) var(--baton-hue)), oklch(0.78 calc(var(--baton-chroma) * 0.75) var(--baton-hue)));
  --on-brand: light-dark(oklch(0.995 0.003 85), oklch(0.19 0.02 var(--baton-hue)));
  --brand-tint: light-dark(oklch(0.963 calc(var(--baton-chroma) * 0.13) var(--baton-hue)), oklch(0.285 calc(var(--baton-chroma) * 0.24) var(--baton-hue)));
  --waiting: light-dark(oklch(0.46 0.1 62), oklch(0.84 0.12 80));
  --waiting-tint: light-dark(oklch(0.955 0.04 82), oklch(0.29 0.045 72));
  --waiting-mark: light-dark(oklch(0.72 0.16 66), oklch(0.79 0.15 74));
  --human: light-dark(oklch(0.43 0.1 157), oklch(0.83 0.12 157));
  --human-tint: light-dark(oklch(0.955 0.03 157), oklch(0.275 0.04 160));
  --human-mark: light-dark(oklch(0.6 0.14 155), oklch(0.72 0.15 155));
  --danger: light-dark(oklch(0.47 0.17 26), oklch(0.8 0.11 22));
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif;
  --shadow-float: 0 1px 2px light-dark(oklch(0.3 0.02 65 / 0.08), oklch(0 0 0 / 0.4)), 0 8px 28px light-dark(oklch(0.3 0.02 65 / 0.14), oklch(0 0 0 / 0.5));
`;

export const CSS = `
:host {
  all: initial;
  display: block;
  color-scheme: light dark;
  ${TOKENS}
}
:host([theme=light]) { color-scheme: light; }
:host([theme=dark]) { color-scheme: dark; }
:host([hidden]), :host([refused]), [hidden] { display: none !important; }

* { box-sizing: border-box; margin: 0; padding: 0; }
.root { font: 14px/1.5 var(--sans); color: var(--ink); }
button, input, textarea { font: inherit; color: inherit; background: none; border: 0; }
button { cursor: pointer; }
a, .link { color: var(--brand); text-underline-offset: 2px; text-decoration: underline; }
:focus-visible { outline: 2px solid var(--brand); outline-offset: 2px; border-radius: 6px; }
svg { inline-size: 20px; block-size: 20px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
.hide { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.launcher {
  position: fixed; z-index: 2147483000; inset-block-end: 16px; inset-inline-end: 16px;
  inline-size: 56px; block-size: 56px; border-radius: 50%; display: grid; place-items: center;
  background: var(--brand); color: var(--on-brand); box-shadow: var(--shadow-float);
}
.launcher:hover, .primary:hover, .send.ready:hover { filter: brightness(.92); }
.launcher:focus-visible { border-radius: 50%; }
.launcher svg { inline-size: 26px; block-size: 26px; grid-area: 1/1; }
.launcher[aria-expanded=true] svg:first-child, .launcher[aria-expanded=false] svg:nth-child(2) { display: none; }
.badge {
  position: absolute; inset-block-start: -3px; inset-inline-end: -3px; min-inline-size: 22px; padding: 0 5px;
  border-radius: 11px; border: 2px solid var(--surface); background: var(--danger); color: var(--surface);
  font: 650 12px/18px var(--sans);
}

.panel {
  position: fixed; z-index: 2147483000; inset: auto; inset-block-end: 88px; inset-inline-end: 16px;
  inline-size: 380px; block-size: min(640px, 100dvh - 96px); max-inline-size: none; max-block-size: none;
  border: 1px solid var(--line); border-radius: 16px; overflow: hidden; flex-direction: column;
  background: var(--surface); color: var(--ink); box-shadow: var(--shadow-float);
}
.panel[open], div.panel { display: flex; }
:host([position=start]) :is(.panel, .launcher) { inset-inline: 16px auto; }
.panel::backdrop { background: none; }

header { display: flex; align-items: center; min-block-size: 65px; padding-inline: 16px 8px; border-block-end: 1px solid var(--line); }
header div { flex: 1; min-inline-size: 0; display: grid; grid-template-columns: 36px 1fr; column-gap: 10px; }
header .face { grid-row: 1 / 3; }
h2 { font: 650 16px/1.3 var(--sans); letter-spacing: -.01em; }
h2, .who { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.who { font-size: 12px; line-height: 1.4; color: var(--ink-soft); }
.dot { display: inline-block; inline-size: 8px; block-size: 8px; border-radius: 50%; margin-inline-end: 5px; background: var(--human-mark); }
.dot.waiting { background: var(--waiting-mark); border-radius: 2px; }
.who .dot:not(:first-child) { margin-inline-start: 8px; }
.icon, .send { inline-size: 44px; block-size: 44px; display: grid; place-items: center; border-radius: 10px; color: var(--ink-soft); }
.icon:hover, summary:hover { background: var(--sunken); color: var(--ink); }
.face {
  position: relative; flex: none; display: grid; place-items: center; inline-size: 36px; block-size: 36px; border-radius: 10px; overflow: hidden;
  background: var(--brand); color: var(--on-brand); font-weight: 650;
}
.face img { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; object-fit: cover; }

.banner p { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0 12px; min-block-size: 44px; padding: 6px 16px; font-size: 13px; background: var(--sunken); border-block-end: 1px solid var(--line); }
.banner .wait { background: var(--waiting-tint); color: var(--waiting); }
.banner .bad { background: var(--sunken); color: var(--danger); }
.banner .link { color: inherit; min-block-size: 44px; font-weight: 550; margin-block: -6px; }

.body { position: relative; flex: 1; min-block-size: 0; }
.log { block-size: 100%; overflow: hidden auto; overscroll-behavior: contain; outline-offset: -2px; }
.list { display: flex; flex-direction: column; justify-content: end; min-block-size: 100%; padding: 16px; gap: 6px; }
.newer {
  position: absolute; inset-block-end: 8px; inset-inline: 0; margin-inline: auto; inline-size: fit-content; display: flex; align-items: center; gap: 6px;
  min-block-size: 44px; padding: 0 16px 0 10px; border-radius: 22px; background: var(--surface); border: 1px solid var(--line); box-shadow: var(--shadow-float); font-weight: 550; font-size: 13px;
}

.message { display: flex; flex-direction: column; align-items: start; max-inline-size: 88%; }
.message.visitor { align-self: end; align-items: end; max-inline-size: 80%; }
.by { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; margin-block: 8px 4px; font-size: 12px; color: var(--ink-soft); }
.by b { color: var(--ink); font-weight: 600; }
.by .face { inline-size: 22px; block-size: 22px; border-radius: 50%; font-size: 11px; background: var(--human); color: var(--surface); }
.tag { padding: 0 6px; border-radius: 8px; background: var(--sunken); color: var(--ink-soft); }
.agent .tag { background: var(--human-tint); color: var(--human); }
.bubble { padding: 8px 14px; border-radius: 16px; border-end-start-radius: 4px; overflow-wrap: anywhere; background: var(--brand-tint); max-inline-size: 100%; }
.agent .bubble { background: var(--human-tint); }
.visitor .bubble { background: var(--brand); color: var(--on-brand); white-space: pre-wrap; border-radius: 16px; border-end-end-radius: 4px; }
.bubble > * + * { margin-block-start: 8px; }
.bubble :is(ul, ol) { padding-inline-start: 20px; }
.bubble li + li { margin-block-start: 2px; }
.bubble code { font: .92em ui-monospace, Menlo, monospace; }
.bubble pre { overflow-x: auto; padding: 8px 10px; border-radius: 6px; background: var(--surface); }
.meta { display: flex; align-items: center; gap: 6px; font-size: 12px; color: var(--ink-soft); min-block-size: 18px; margin-block-start: 2px; }
.meta.sending, .meta.queued { font-style: italic; }
.visitor:has(.sending, .queued) .bubble { opacity: .75; }
.meta.failed { color: var(--danger); }
.meta .link { color: inherit; font-weight: 550; min-block-size: 44px; margin-block: -12px; padding-inline: 6px; }

details { font-size: 13px; inline-size: 100%; margin-block-start: 2px; }
summary { display: flex; align-items: center; gap: 6px; min-block-size: 44px; margin-block-end: -4px; padding-inline: 6px; border-radius: 10px; color: var(--ink-soft); cursor: pointer; list-style: none; inline-size: fit-content; max-inline-size: 100%; }
summary svg { inline-size: 16px; block-size: 16px; }
summary span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; text-decoration: underline dotted; text-underline-offset: 3px; }
blockquote { margin: 4px 6px 6px; padding: 2px 12px; border-inline-start: 2px solid var(--brand); color: var(--ink-soft); white-space: pre-wrap; }
details a { display: inline-flex; align-items: center; min-block-size: 44px; padding-inline: 6px; margin-block-start: -8px; }
.thumbs { display: flex; margin-inline-start: -6px; }
[aria-pressed=true] { color: var(--brand); }
[aria-pressed=true] svg { fill: var(--brand-tint); stroke-width: 2; }
.thumbs svg { inline-size: 18px; block-size: 18px; }
.unhelpful svg { transform: rotate(180deg); }

.chips { display: flex; flex-wrap: wrap; gap: 8px; margin-block: 8px 2px; }
.chip { display: inline-flex; align-items: center; gap: 6px; min-block-size: 44px; padding: 6px 14px; border-radius: 22px; border: 1px solid color-mix(in srgb, var(--brand) 40%, var(--surface)); background: var(--surface); color: var(--brand); font-weight: 550; font-size: 13px; line-height: 1.3; text-align: start; }
.chip:hover { background: var(--brand-tint); }
.chip svg { inline-size: 16px; block-size: 16px; }

.line { margin-block: 8px; text-align: center; font-size: 12px; color: var(--ink-soft); overflow-wrap: anywhere; }
.work { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; min-block-size: 36px; font-size: 13px; color: var(--ink-soft); }
.dots { display: flex; gap: 4px; padding: 12px 14px; border-radius: 16px; border-end-start-radius: 4px; background: var(--brand-tint); }
.dots i { inline-size: 6px; block-size: 6px; border-radius: 50%; background: var(--brand); }
.offer { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; font-size: 13px; color: var(--ink-soft); }
p:empty { display: none; }

.card { display: grid; gap: 10px; margin-block: 8px; padding: 14px; border: 1px solid var(--line); border-radius: 10px; font-size: 13px; }
.card label { display: grid; gap: 4px; }
.card input { inline-size: 100%; min-block-size: 44px; padding: 6px 12px; border: 1px solid var(--ink-soft); border-radius: 6px; background: var(--surface); font-size: 16px; }
.primary { min-block-size: 44px; border-radius: 6px; background: var(--brand); color: var(--on-brand); font-weight: 550; }
.card .icon { display: inline-grid; }
.card .icon:hover svg, .card .icon:has(~ .icon:hover) svg { fill: var(--brand); stroke: var(--brand); }

.composer { display: flex; align-items: end; gap: 4px; padding: 8px 8px 8px 12px; border-block-start: 1px solid var(--line); }
textarea { flex: 1; min-inline-size: 0; min-block-size: 44px; padding: 10px 6px; font-size: 16px; line-height: 24px; resize: none; }
textarea::placeholder { color: var(--ink-soft); opacity: 1; }
textarea:focus-visible { outline: none; }
.composer:has(textarea:focus-visible) { box-shadow: inset 0 2px var(--brand); }
.send { border-radius: 50%; color: var(--ink-soft); }
.send.ready { background: var(--brand); color: var(--on-brand); }
.foot { padding: 0 18px 10px; font-size: 12px; }
.foot a { color: var(--ink-soft); }

:host([mode=page]) .panel { position: static; inline-size: 100%; block-size: 100dvh; border: 0; border-radius: 0; box-shadow: none; }
:host([mode=page]) :is(header, .banner p, .list, .composer, .foot) { padding-inline: max(16px, 50% - 360px); }

@media (max-width: 479px) {
  .panel { inset: 0; inline-size: 100%; block-size: 100dvh; border: 0; border-radius: 0; padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left); }
  .panel[open] + .launcher { display: none; }
}
@media (prefers-reduced-motion: no-preference) {
  button { transition: background .12s; }
  dialog.panel { animation: enter .2s cubic-bezier(.2, .7, .3, 1); }
  .dots i { animation: dot 1.2s infinite; }
  .dots i:nth-child(2) { animation-delay: .15s; }
  .dots i:nth-child(3) { animation-delay: .3s; }
}
@keyframes enter { from { opacity: 0; transform: translateY(8px); } }
@keyframes dot { 30% { opacity: .3; transform: translateY(-2px); } 60% { opacity: 1; } }
@media (forced-colors: active) {
  .bubble, .launcher, .chip, .tag, .primary, .send, .dots { border: 1px solid; }
  .dot, .dots i { forced-color-adjust: none; background: CanvasText; }
  [aria-pressed=true], .composer:focus-within { outline: 2px solid Highlight; outline-offset: -4px; }
}
`;
