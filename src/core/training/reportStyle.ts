import { Markup } from './markup';

/** The look of a report: plain, light and dark, arms told apart by colour and by dashes. */
export const REPORT_STYLE = new Markup(`
:root { color-scheme: light dark; --a: #b35806; --b: #2166ac; --line: #8884; }
@media (prefers-color-scheme: dark) { :root { --a: #f1a340; --b: #92c5de; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
.verdict { border-left: 4px solid var(--b); padding-left: 0.8rem; }
.failure { border-left: 4px solid #c00; padding-left: 0.8rem; }
figure { margin: 1.5rem 0; }
figcaption { font-weight: 600; }
svg { width: 100%; height: auto; }
svg text { font-size: 11px; fill: currentColor; }
.grid { stroke: var(--line); }
polyline { fill: none; }
polyline.mean { stroke-width: 2.5; }
polyline.seed { stroke-width: 1; opacity: 0.4; }
circle.seed { opacity: 0.4; }
polyline.a { stroke: var(--a); stroke-dasharray: 6 3; }
polyline.b { stroke: var(--b); }
circle.a { fill: var(--a); }
circle.b { fill: var(--b); }
.key { display: inline-block; width: 2em; vertical-align: middle; margin-left: 1em; }
.key.a { border-top: 3px dashed var(--a); }
.key.b { border-top: 3px solid var(--b); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border: 1px solid var(--line); padding: 0.2rem 0.6rem; text-align: right; }
`);
