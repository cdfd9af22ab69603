/** A captured trace as a picture: voltages over time as SVG, with axes, for people who would rather look than read. */

/** A trace as it stands in a result: the times in milliseconds, and the voltages of each input. */
export interface StoredTrace {
  readonly milliseconds: readonly number[];
  readonly volts: Readonly<Record<string, readonly number[]>>;
}

const size = { width: 720, height: 360, left: 56, right: 16, top: 24, bottom: 44 } as const;
/** Told apart by people who see few colours, on white and in print. */
const colors = ['#1f4fd8', '#c2410c', '#15803d', '#7e22ce'];

/** The trace behind the text of a result; null where the result is none. */
export function traceOf(result: string | null): StoredTrace | null {
  if (!result?.startsWith('{"milliseconds":')) return null;
  try {
    const { milliseconds, volts } = JSON.parse(result) as StoredTrace;
    const isTrace = [milliseconds, ...Object.values(volts)].every(
      (list) =>
        Array.isArray(list) &&
        list.length === milliseconds.length &&
        list.every((value) => Number.isFinite(value)),
    );
    return isTrace && milliseconds.length > 1 ? { milliseconds, volts } : null;
  } catch {
    return null;
  }
}

/** The picture of a trace. */
export function traceSvg({ milliseconds, volts }: StoredTrace): string {
  const all = Object.values(volts).flat();
  const time = scale(milliseconds[0], milliseconds.at(-1)!, size.left, size.width - size.right);
  const voltage = scale(Math.min(0, ...all), Math.max(0, ...all), size.height - size.bottom, size.top);
  const lines = Object.entries(volts).map(([, values], index) => {
    const points = values
      .map((value, at) => `${time.place(milliseconds[at])},${voltage.place(value)}`)
      .join(' ');
    return `<polyline fill="none" stroke="${colors[index % colors.length]}" stroke-width="1.5" stroke-linejoin="round" points="${points}"/>`;
  });
  const legend = Object.keys(volts).map(
    (name, index) =>
      `<text x="${size.left + 8 + index * 64}" y="16" fill="${colors[index % colors.length]}" font-weight="600">${escaped(name)}</text>`,
  );
  const across = voltage.ticks.map(
    (value) =>
      `<path d="M${size.left} ${voltage.place(value)}H${size.width - size.right}" stroke="${value === 0 ? '#6b7280' : '#e5e7eb'}"/>` +
      `<text x="${size.left - 8}" y="${voltage.place(value) + 4}" text-anchor="end">${value}</text>`,
  );
  const up = time.ticks.map(
    (value) =>
      `<path d="M${time.place(value)} ${size.top}V${size.height - size.bottom}" stroke="#e5e7eb"/>` +
      `<text x="${time.place(value)}" y="${size.height - size.bottom + 18}" text-anchor="middle">${value}</text>`,
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" ` +
    `font-family="system-ui, sans-serif" font-size="12" fill="#374151" role="img" aria-label="Voltage over time">` +
    `<rect width="100%" height="100%" fill="#fff"/>${up.join('')}${across.join('')}${lines.join('')}${legend.join('')}` +
    `<text x="${(size.left + size.width - size.right) / 2}" y="${size.height - 8}" text-anchor="middle">time in ms</text>` +
    `<text transform="translate(14 ${(size.top + size.height - size.bottom) / 2}) rotate(-90)" text-anchor="middle">voltage in V</text></svg>`
  );
}

/** From values to places in the picture, with about six round values to write at the axis. */
function scale(least: number, most: number, from: number, to: number) {
  const range = most - least || 1;
  const rough = range / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough)!;
  const ticks: number[] = [];
  for (let at = Math.ceil(least / step); at * step <= most + step / 1000; at += 1)
    ticks.push(Number((at * step).toPrecision(6)));
  return {
    ticks,
    place: (value: number) => Number((from + ((value - least) / range) * (to - from)).toFixed(1)),
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
