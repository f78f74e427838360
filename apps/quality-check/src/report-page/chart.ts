import { escapeHtml } from './escape.ts'
import { scoreOf, timeOf, titleOf, type Trend } from './history.ts'

const size = { width: 260, height: 90, left: 28, right: 36, top: 8, bottom: 8 }

/** Draws a criterion's scores over time with its threshold, as SVG. Its description contains the same information as text. */
export function trendChart({ outcome, points }: Trend): string {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return ''
  const x = (index: number) => fixed(points.length === 1 ? size.width - size.right : size.left + (index * (size.width - size.left - size.right)) / (points.length - 1))
  const y = (score: number) => fixed(size.top + ((100 - Math.max(0, Math.min(100, score))) * (size.height - size.top - size.bottom)) / 100)
  const path = points.map(({ score }, index) => `${x(index)},${y(score)}`).join(' ')
  const id = `chart-${outcome.criterion}`
  const description = `${points.length} checks from ${timeOf(first.at)} to ${timeOf(last.at)}: first ${scoreOf(first.score)}, last ${scoreOf(last.score)}, needs ${outcome.threshold}.`
  const edge = size.width - size.right
  return `<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-labelledby="${id} ${id}-text">
<title id="${id}">${escapeHtml(titleOf(outcome.criterion))} over time</title><desc id="${id}-text">${escapeHtml(description)}</desc>
<path class="frame" d="M${size.left} ${y(100)}H${edge}M${size.left} ${y(0)}H${edge}"/>
<text x="${size.left - 4}" y="${Number(y(100)) + 4}" text-anchor="end">100</text><text x="${size.left - 4}" y="${Number(y(0)) + 4}" text-anchor="end">0</text>
<path class="needs" d="M${size.left} ${y(outcome.threshold)}H${edge}"/>
<polyline class="score" points="${path}"/><circle class="score" cx="${x(points.length - 1)}" cy="${y(last.score)}" r="3"/>
<text class="last" x="${edge + 6}" y="${Number(y(last.score)) + 4}">${scoreOf(last.score)}</text>
</svg>`
}

const fixed = (value: number) => String(Math.round(value * 10) / 10)
