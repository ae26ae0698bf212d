"""Lines in panels side by side, as SVG that is readable on light and on dark ground. Knows nothing of what they mean."""

import statistics
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, TOP, GAP = 300, 190, 44, 42, 24
# Told apart by eyes that see few colours, and on both grounds.
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]
STYLE = """
  text { font: 11px system-ui, sans-serif; fill: #444 } .title { font-weight: 600 } .grid { stroke: #8884; }
  path { fill: none; stroke-width: 1.6 }
  @media (prefers-color-scheme: dark) { text { fill: #ccc } }
"""


@dataclass(frozen=True)
class Panel:
    """A title, lines of (x, y), and what the lines are called."""

    title: str
    lines: list
    names: tuple = ()


def draw(panels, across):
    width = len(panels) * (LEFT + WIDTH + GAP)
    body = "\n".join(panel(own, place * (LEFT + WIDTH + GAP) + LEFT, across) for place, own in enumerate(panels))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {TOP + HEIGHT + 40}" role="img">\n'
            f"<style>{STYLE}</style>\n{body}\n</svg>\n")


def panel(own, left, across):
    points = [point for line in own.lines for point in line]
    x, y = scale([point[0] for point in points], left, WIDTH), scale([point[1] for point in points], TOP + HEIGHT, -HEIGHT)
    parts = [f'<text class="title" x="{left}" y="{TOP - 24}">{own.title}</text>', legend(own, left)]
    for value in ticks([point[1] for point in points]):
        parts.append(f'<line class="grid" x1="{left}" x2="{left + WIDTH}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>')
        parts.append(f'<text x="{left - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:.3g}</text>')
    for value in ticks([point[0] for point in points]):
        parts.append(f'<text x="{x(value):.1f}" y="{TOP + HEIGHT + 16}" text-anchor="middle">{value:.0f}</text>')
    parts.append(f'<text x="{left + WIDTH}" y="{TOP + HEIGHT + 32}" text-anchor="end">{across}</text>')
    for line, colour in zip(own.lines, COLOURS):
        way = " ".join(f"{'L' if place else 'M'}{x(one):.1f} {y(other):.1f}" for place, (one, other) in enumerate(line))
        parts.append(f'<path d="{way}" stroke="{colour}"/>')
    return "\n".join(parts)


def legend(own, left):
    """The lines' names in their colours, in one line of text."""
    names = (f'<tspan style="fill: {colour}" dx="{8 if place else 0}">{name}</tspan>'
             for place, (name, colour) in enumerate(zip(own.names, COLOURS)))
    return f'<text x="{left}" y="{TOP - 9}">{"".join(names)}</text>'


def scale(values, start, length):
    low, high = min(values), max(values)
    return lambda value: start + length * (value - low) / ((high - low) or 1)


def ticks(values, count=4):
    low, high = min(values), max(values)
    return [low + (high - low) * place / count for place in range(count + 1)]


def smooth(points, width=9):
    """Means over neighbouring steps."""
    half = width // 2
    near = lambda place: [value for _, value in points[max(0, place - half):place + half + 1]]
    return [(step, statistics.mean(near(place))) for place, (step, _) in enumerate(points)]
