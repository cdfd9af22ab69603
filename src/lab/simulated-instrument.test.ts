import { describe, expect, it } from '@jest/globals';
import { functionsOf } from './instrument.ts';
import { SimulatedInstrument } from './simulated-instrument.ts';
import { traceOf, traceSvg } from './trace.svg.ts';

function woken(): SimulatedInstrument {
  const instrument = new SimulatedInstrument();
  instrument.open(null);
  return instrument;
}

describe('the simulated instrument', () => {
  it('tells its functions, and that waking it up and putting it away are protected', () => {
    const functions = [...functionsOf(woken()).values()];
    expect(functions.filter(({ isProtected }) => isProtected).map(({ name }) => name)).toEqual([
      'close',
      'open',
    ]);
    expect(functions.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'get_voltage',
        'get_resistance',
        'capture1',
        'capture2',
        'set_sine',
        'set_state',
      ]),
    );
    expect(functions.map(({ name }) => name)).not.toContain('voltage');
    expect(
      functions.every(
        ({ description, parameters }) =>
          description !== '' && parameters.every((one) => one.description !== ''),
      ),
    ).toBe(true);
  });

  it('measures what it was set to', () => {
    const instrument = woken();
    expect(instrument.set_pv1(2)).toBe(2);
    expect(instrument.get_voltage('A2')).toBe(2);
    expect(instrument.get_resistance()).toBeGreaterThan(990);
    expect(instrument.get_resistance()).toBeLessThan(1010);
    expect([instrument.get_state(), instrument.set_state('OD1', 1), instrument.get_state()]).toEqual([
      false,
      true,
      true,
    ]);
    const hertz = instrument.set_sine(50, 2);
    expect(hertz).toBeCloseTo(50, 2);
    const { milliseconds, volts } = instrument.capture1('A1', 400, 100);
    expect(milliseconds.at(-1)).toBeCloseTo(39.9);
    // Two periods of 20 ms: the sine is back where it was after one of them.
    expect(volts.A1[200]).toBeCloseTo(volts.A1[0], 1);
    expect(Math.max(...volts.A1)).toBeCloseTo(2, 1);
  });

  it('gives the same values for the same calls, and goes on where it was left', async () => {
    const [one, other] = [woken(), woken()];
    expect(one.capture3(50, 20)).toEqual(other.capture3(50, 20));
    one.set_pv1(1);
    const next = new SimulatedInstrument();
    next.open(JSON.parse(JSON.stringify(await one.close())));
    expect(next.get_voltage('A2')).toBe(one.get_voltage('A2'));
  });
});

describe('the picture of a trace', () => {
  const { milliseconds, volts } = woken().capture2(50, 20);
  const text = JSON.stringify({
    milliseconds: [...milliseconds],
    volts: Object.fromEntries(Object.entries(volts).map(([name, list]) => [name, [...list]])),
  });

  it('has a line for each input and the units at the axes', () => {
    const svg = traceSvg(traceOf(text)!);
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    expect(svg).toContain('time in ms');
    expect(svg).not.toContain('NaN');
  });

  it.each([
    ['1.5'],
    ['{"milliseconds":[1,2],"volts":{"A1":[1]}}'],
    ['{"milliseconds":["<script>",2],"volts":{}}'],
    ['{"milliseconds":broken'],
    [null],
  ])('is not drawn of %j', (other) => expect(traceOf(other)).toBeNull());
});
