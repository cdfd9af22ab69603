import { describe, expect, it } from '@jest/globals';
import { argumentsFor, functionsOf } from './instrument.ts';
import { LabExpressionError, longestExpression, parseLabCall } from './lab.expression.ts';
import { SimulatedInstrument } from './simulated-instrument.ts';

const functions = functionsOf(new SimulatedInstrument());

/** The arguments that a function would be called with. */
function read(text: string) {
  const call = parseLabCall(text);
  const named = functions.get(call.name);
  if (!named) throw new LabExpressionError(`there is no function ${call.name}`, call.position);
  return [call.name, ...argumentsFor(named, call)];
}

function placeOf(text: string): number {
  try {
    read(text);
  } catch (error) {
    if (error instanceof LabExpressionError) return error.position;
    throw error;
  }
  throw new Error(`${text} was not refused`);
}

describe('an expression of the lab', () => {
  it.each([
    ["get_voltage('A1')", ['get_voltage', 'A1']],
    ['get_voltage("A1")', ['get_voltage', 'A1']],
    ['  get_resistance ( ) ', ['get_resistance']],
    ['set_pv1(-2.5)', ['set_pv1', -2.5]],
    ['set_sine(1e3)', ['set_sine', 1000, 3]],
    ['set_sine(100, volts=1)', ['set_sine', 100, 1]],
    ["set_state('OD1', true)", ['set_state', 'OD1', true]],
    ["set_state('OD1', on=0)", ['set_state', 'OD1', 0]],
    ["capture1('A1', gap=10, samples=20)", ['capture1', 'A1', 20, 10]],
    ["capture1(\n'A1',\n20)", ['capture1', 'A1', 20, 50]],
  ])('%j is read', (text, expected) => expect(read(text)).toEqual(expected));

  it.each([
    ['', 0],
    ['get_voltage', 11],
    ["get_voltage('A1'", 16],
    ["get_voltage('A1'))", 17],
    ["get_voltage('A1'); get_resistance()", 17],
    ["get_voltage('A1') get_resistance()", 18],
    ["get_voltage('A1'), get_resistance()", 19],
    ["(get_voltage('A1'))", 0],
    ["process.exit('A1')", 0],
    ["this.get_voltage('A1')", 0],
    ["get_voltage['call']('A1')", 0],
    ["get_voltage?.('A1')", 0],
    ["get_voltage.constructor('A1')()", 0],
    ["get_voltage(get_voltage('A1'))", 12],
    ["get_voltage((() => 'A1')())", 12],
    ['get_voltage(function () {})', 12],
    ['get_voltage(`A1`)', 12],
    ['get_voltage(`${1}`)', 12],
    ['get_voltage`A1`', 0],
    ["new get_voltage('A1')", 0],
    ["import('fs')", 0],
    ["await get_voltage('A1')", 6],
    ["get_voltage('A' + '1')", 12],
    ['get_voltage(A1)', 12],
    ["get_voltage(...['A1'])", 12],
    ['get_voltage({ toString: 1 })', 12],
    ['get_voltage(/A1/)', 12],
    ['set_pv1(1n)', 8],
    ['set_pv1(1e999)', 8],
    ['set_pv1(!0)', 8],
    ['set_pv1(--1)', 10],
    ['set_pv1(010)', 8],
    ["get_voltage('A1' /* all of them */)", 17],
    ["get_voltage('A1') // the first", 18],
    ["get_voltage('A1', 'A2')", 18],
    ["get_voltage(input='A1', input='A2')", 24],
    ["get_voltage('A1', input='A2')", 18],
    ["capture1(input='A1', 20)", 21],
    ["get_voltage(output='A1')", 12],
    ["gеt_voltage('A1')", 1], // a Cyrillic letter
    ["\\u0067et_voltage('A1')", 0],
    ["get_voltage(ｉnput='A1')", 12],
    ["__proto__('A1')", 0],
    ["constructor('A1')", 0],
    ['toString()', 0],
    ["get_voltage('A4')", 12],
    ['get_voltage(1)', 12],
    ['get_voltage(null)', 12],
    ['get_voltage()', 0],
    ['set_pv1(5.1)', 8],
    ["set_pv1('1')", 8],
    ["capture1('A1', 2.5)", 15],
    ["set_state('OD1', 2)", 17],
    ['set_pv1([[1]])', 9],
    ['set_pv1([1,,2])', 8],
    [`set_pv1(${'9'.repeat(longestExpression)})`, longestExpression],
    [`${'('.repeat(300)}`, 300],
    ["get_voltage('A1\u0000')", 12],
    ["get_voltage = 'A1'", 0],
    ["async () => get_voltage('A1')", 0],
  ])('%j is refused at character %d', (text, position) => expect(placeOf(text)).toBe(position));
});
