/** What the commands use of the demo. */
export { formatDemo, loadDemo } from './demo.ts';
export type { DemoSignIn } from './demo.ts';
