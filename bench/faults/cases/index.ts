/** The cases, in the order in which they run. */
import type { FaultCase } from '../case.ts';
import { k01 } from './k01.ts';
import { k02 } from './k02.ts';
import { k03 } from './k03.ts';
import { k04 } from './k04.ts';
import { k05 } from './k05.ts';
import { k07 } from './k07.ts';
import { k09 } from './k09.ts';
import { k10 } from './k10.ts';
import { k11 } from './k11.ts';
import { k12 } from './k12.ts';
import { k13 } from './k13.ts';
import { k13Disk } from './k13.disk.ts';
import { k14 } from './k14.ts';
import { k15 } from './k15.ts';
import { k16 } from './k16.ts';
import { k17 } from './k17.ts';
import { k18 } from './k18.ts';
import { k19 } from './k19.ts';
import { k20 } from './k20.ts';
import { k21 } from './k21.ts';
import { k23 } from './k23.ts';
import { k24 } from './k24.ts';
import { k25 } from './k25.ts';
import { k34 } from './k34.ts';
import { k35 } from './k35.ts';
import { k37 } from './k37.ts';
import { k40 } from './k40.ts';
import { k42 } from './k42.ts';
import { k43 } from './k43.ts';
import { k44 } from './k44.ts';
import { k45 } from './k45.ts';
import { k46 } from './k46.ts';

export const cases: readonly FaultCase[] = [
  k01,
  k02,
  k03,
  k04,
  k05,
  k07,
  k09,
  k10,
  k11,
  k12,
  k13,
  k13Disk,
  k14,
  k15,
  k16,
  k17,
  k18,
  k19,
  k20,
  k21,
  k23,
  k24,
  k25,
  k34,
  k35,
  k37,
  k40,
  k42,
  k43,
  k44,
  k45,
  k46,
];
