/**
 * A simulated instrument: the bench of a physics course with its usual wiring, for laboratories without a device and
 * for tests. Its signals follow from its settings and its own clock alone, so the same calls give the same values.
 *
 * Wired up as: the wave generator WG to A1, the first voltage source PV1 to A2, WG through a 1 kΩ resistor and a 1 µF
 * capacitor to A3, a 1 kΩ resistor at SEN, the digital output OD1 to the digital input IN1.
 */
import type { Instrument } from './instrument.ts';
import { labFunction } from './instrument.ts';

/** The voltage inputs. */
const inputs = ['A1', 'A2', 'A3'] as const;
type Input = (typeof inputs)[number];

/** Resistance at SEN in ohms, and of the low pass before A3; its capacitance in farads. */
const resistor = 1000;
const capacitor = 1e-6;
/** The step of the analog-to-digital converter, in volts: 16 V over 12 bits. */
const step = 16 / 4096;
/** What one call takes of the simulated time, in seconds. */
const callSeconds = 0.01;

interface State {
  readonly wave: { readonly shape: 'sine' | 'square'; readonly hertz: number; readonly volts: number };
  readonly sources: { readonly PV1: number; readonly PV2: number };
  readonly outputs: { readonly OD1: boolean; readonly CCS: boolean };
  /** Seconds since the device was first woken up. */
  readonly clock: number;
}

const atRest: State = {
  wave: { shape: 'sine', hertz: 1000, volts: 3 },
  sources: { PV1: 0, PV2: 0 },
  outputs: { OD1: false, CCS: false },
  clock: 0,
};

/** What one capture gives: the times of the samples, and for each input its voltages at them. */
export interface Trace {
  readonly milliseconds: Float64Array;
  readonly volts: Readonly<Record<string, Float64Array>>;
}

const input = {
  name: 'input',
  type: 'text',
  options: inputs,
  description: 'The input to measure at.',
} as const;
const samples = {
  name: 'samples',
  type: 'integer',
  minimum: 2,
  maximum: 2000,
  default: 200,
  description: 'How many samples to take.',
} as const;
const gap = {
  name: 'gap',
  type: 'number',
  minimum: 2,
  maximum: 10_000,
  default: 50,
  description: 'The time between two samples, in microseconds.',
} as const;

/** The simulated bench. */
export class SimulatedInstrument implements Instrument {
  readonly name = 'simulated';
  private state: State = atRest;

  @labFunction({ description: 'Wakes the device up.', isProtected: true })
  open(state: unknown): void {
    this.state = { ...atRest, ...(state as Partial<State> | null) };
  }

  @labFunction({ description: 'Puts the device away.', isProtected: true })
  async close(): Promise<State> {
    return { ...this.state, clock: this.state.clock + callSeconds };
  }

  @labFunction({ description: 'The voltage at an input now, in volts.', parameters: [input] })
  get_voltage(name: Input): number {
    return this.voltage(name, this.state.clock);
  }

  @labFunction({ description: 'The voltages at all inputs now, in volts.' })
  get_voltages(): Record<string, number> {
    return Object.fromEntries(inputs.map((name) => [name, this.voltage(name, this.state.clock)]));
  }

  @labFunction({ description: 'The resistance at SEN, in ohms.' })
  get_resistance(): number {
    // What the converter reads at SEN behind the 5.1 kΩ resistor of the device.
    const volts = converted((3.3 * resistor) / (resistor + 5100));
    return Math.round((5100 * volts) / (3.3 - volts));
  }

  @labFunction({
    description: 'The frequency at an input, in hertz; 0 where nothing changes.',
    parameters: [input],
  })
  get_frequency(name: Input): number {
    return name === 'A2' ? 0 : this.state.wave.hertz;
  }

  @labFunction({
    description: 'Whether the digital input is high.',
    parameters: [
      { name: 'input', type: 'text', options: ['IN1'], default: 'IN1', description: 'The digital input.' },
    ],
  })
  get_state(): boolean {
    return this.state.outputs.OD1;
  }

  @labFunction({
    description: 'Switches a digital output on or off.',
    parameters: [
      { name: 'output', type: 'text', options: ['OD1', 'CCS'], description: 'The output.' },
      { name: 'on', type: 'boolean', description: 'true or 1 switches it on.' },
    ],
  })
  set_state(output: 'OD1' | 'CCS', on: boolean | number): boolean {
    this.state = { ...this.state, outputs: { ...this.state.outputs, [output]: Boolean(on) } };
    return this.state.outputs[output];
  }

  @labFunction({
    description: 'Sets the first voltage source; the voltage that it really has, in volts.',
    parameters: [{ name: 'volts', type: 'number', minimum: -5, maximum: 5, description: 'The voltage.' }],
  })
  set_pv1(volts: number): number {
    return this.setSource('PV1', volts);
  }

  @labFunction({
    description: 'Sets the second voltage source; the voltage that it really has, in volts.',
    parameters: [{ name: 'volts', type: 'number', minimum: -3.3, maximum: 3.3, description: 'The voltage.' }],
  })
  set_pv2(volts: number): number {
    return this.setSource('PV2', volts);
  }

  @labFunction({
    description: 'Makes the wave generator give a sine; the frequency that it really has, in hertz.',
    parameters: [
      { name: 'hertz', type: 'number', minimum: 5, maximum: 5000, description: 'The frequency.' },
      { name: 'volts', type: 'number', minimum: 0, maximum: 3, default: 3, description: 'The amplitude.' },
    ],
  })
  set_sine(hertz: number, volts: number): number {
    return this.setWave('sine', hertz, volts);
  }

  @labFunction({
    description: 'Makes the wave generator give a square wave; the frequency that it really has, in hertz.',
    parameters: [{ name: 'hertz', type: 'number', minimum: 5, maximum: 5000, description: 'The frequency.' }],
  })
  set_square(hertz: number): number {
    return this.setWave('square', hertz, 3);
  }

  @labFunction({ description: 'Records one input.', parameters: [input, samples, gap] })
  capture1(name: Input, count: number, microseconds: number): Trace {
    return this.capture([name], count, microseconds);
  }

  @labFunction({ description: 'Records A1 and A2 at the same time.', parameters: [samples, gap] })
  capture2(count: number, microseconds: number): Trace {
    return this.capture(['A1', 'A2'], count, microseconds);
  }

  @labFunction({ description: 'Records all inputs at the same time.', parameters: [samples, gap] })
  capture3(count: number, microseconds: number): Trace {
    return this.capture(inputs, count, microseconds);
  }

  private capture(names: readonly Input[], count: number, microseconds: number): Trace {
    const milliseconds = Float64Array.from({ length: count }, (_, index) =>
      Number(((index * microseconds) / 1000).toFixed(6)),
    );
    const volts = names.map((name) => [
      name,
      milliseconds.map((at) => this.voltage(name, this.state.clock + at / 1000)),
    ]);
    return { milliseconds, volts: Object.fromEntries(volts) as Record<string, Float64Array> };
  }

  private setSource(source: 'PV1' | 'PV2', volts: number): number {
    const real = converted(volts);
    this.state = { ...this.state, sources: { ...this.state.sources, [source]: real } };
    return real;
  }

  private setWave(shape: 'sine' | 'square', hertz: number, volts: number): number {
    // The generator counts whole periods of its 8 MHz clock.
    const real = Number((8e6 / Math.round(8e6 / hertz)).toFixed(3));
    this.state = { ...this.state, wave: { shape, hertz: real, volts } };
    return real;
  }

  /** What the converter reads at an input at a time, in seconds. */
  private voltage(name: Input, seconds: number): number {
    const { wave, sources } = this.state;
    if (name === 'A2') return converted(sources.PV1);
    const angle = 2 * Math.PI * wave.hertz * seconds;
    if (name === 'A1') return converted(wave.volts * shaped(wave.shape, angle));
    // The low pass lets through less, and later, the faster the wave is; of a square wave its first harmonic matters.
    const turn = 2 * Math.PI * wave.hertz * resistor * capacitor;
    const gain = (wave.shape === 'square' ? 4 / Math.PI : 1) / Math.hypot(1, turn);
    return converted(wave.volts * gain * Math.sin(angle - Math.atan(turn)));
  }
}

function shaped(shape: 'sine' | 'square', angle: number): number {
  const sine = Math.sin(angle);
  if (shape === 'sine') return sine;
  return sine >= 0 ? 1 : -1;
}

/** A voltage in the steps of the converter. */
function converted(volts: number): number {
  return Number((Math.round(volts / step) * step).toFixed(4));
}
