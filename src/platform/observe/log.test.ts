import { describe, expect, it } from '@jest/globals';
import { createLogger, requestLogger } from './log.ts';

function logged(level: 'info' | 'warn' = 'info') {
  const lines: Record<string, unknown>[] = [];
  const run = {
    mode: 'production',
    production: true,
    dataDir: '',
    logLevel: level,
    shutdownSeconds: 10,
    drainSeconds: 0,
  } as const;
  const log = createLogger(
    { run },
    { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  return { log, lines };
}

describe('createLogger', () => {
  it('writes a line of JSON with the request it belongs to', () => {
    const { log, lines } = logged();
    requestLogger(log, 'r-1').info({ ms: 12, at: new Date(0) }, 'request');
    expect(lines).toEqual([
      expect.objectContaining({ requestId: 'r-1', ms: 12, at: '1970-01-01T00:00:00.000Z', msg: 'request' }),
    ]);
  });

  it('leaves out what is below the level', () => {
    const { log, lines } = logged('warn');
    log.info('no');
    log.warn('yes');
    expect(lines.map(({ msg }) => msg)).toEqual(['yes']);
  });

  it('hides secrets at any depth, in errors too', () => {
    const { log, lines } = logged();
    const error = Object.assign(new Error('refused'), {
      request: { headers: { authorization: 'Bearer hunter2' } },
    });
    log.error(error);
    log.error({ err: error, cause: { refreshToken: 'hunter2' } }, 'again');
    log.info({
      headers: { Cookie: 'hunter2', 'set-cookie': ['hunter2'], 'x-api-key': 'hunter2', accept: '*/*' },
      variables: { input: [{ newPassword: 'hunter2', name: 'Ada' }] },
      tokenSecret: 'hunter2',
      maxTokens: 2000,
      signedIn: { hasPassword: true, api_key: null },
    });
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    expect(lines[0]).toMatchObject({ msg: 'refused', err: { type: 'Error', message: 'refused' } });
    expect(lines[2]).toMatchObject({
      headers: { Cookie: '[hidden]', accept: '*/*' },
      variables: { input: [{ newPassword: '[hidden]', name: 'Ada' }] },
      maxTokens: 2000,
      signedIn: { hasPassword: true, api_key: null },
    });
  });

  it('survives what goes round in circles, and does not change what it is given', () => {
    const { log, lines } = logged();
    const given: Record<string, unknown> = { password: 'hunter2' };
    given['self'] = given;
    log.info({ given });
    expect(lines).toHaveLength(1);
    expect(given['password']).toBe('hunter2');
  });
});
