/** docs/reference/cli.md: every command as its own help has it; written by scripts/docs.ts. */
import type { Command } from 'commander';
import type { AddCommand } from './cli.ts';
import { createProgram } from './cli.ts';

const columns = 100;

/** The reference page of the command line. */
export function cliReference(commands: readonly AddCommand[]): string {
  let written = '';
  const write = (text: string) => (written += text);
  const program = createProgram(commands, { env: {}, cwd: '/', out: write, err: write });
  const helpOf = (command: Command): string => {
    written = '';
    // The width of the terminal at hand must not get into the page.
    command.configureOutput({ getOutHelpWidth: () => columns, writeOut: write });
    command.outputHelp();
    return written.trimEnd();
  };
  const section = (command: Command, path: string, level: number): string[] => {
    const inner = command.commands.filter((one) => one.name() !== 'help');
    return [
      `${'#'.repeat(level)} ${path}\n\n\`\`\`\n${helpOf(command)}\n\`\`\``,
      ...inner.flatMap((one) => section(one, `${path} ${one.name()}`, level + 1)),
    ];
  };
  const preface = '# Command line\n\nGenerated from the commands; `npm run docs` writes it anew.';
  return `${[preface, ...section(program, program.name(), 2)].join('\n\n')}\n`;
}
