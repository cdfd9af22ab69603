import { describe, expect, it } from '@jest/globals';
import { button, escapeHtml, facts, layOut, quote, text } from './layout.ts';

describe('layOut', () => {
  it('says the same in both parts and escapes everything in HTML', () => {
    const parts = layOut({
      title: 'Hello <Ada>',
      blocks: [
        text('One & two.'),
        text('Line\nby line.'),
        facts({ 'Session "A"': '<b>', Track: null, Room: 'East' }),
        quote('Their\n<words>'),
        button('Go "there"', 'https://example.org/x?a=1&b="><script>'),
      ],
      footer: 'Sent by <us>',
    });
    expect(parts.text).toBe(
      'Hello <Ada>\n\nOne & two.\n\nLine\nby line.\n\nSession "A": <b>\nRoom: East\n\n> Their\n> <words>\n\n' +
        'Go "there":\nhttps://example.org/x?a=1&b=%22%3E%3Cscript%3E\n\n-- \nSent by <us>\n',
    );
    for (const shown of [
      '<html lang="en">',
      '<title>Hello &#60;Ada&#62;</title>',
      '<p>One &#38; two.</p>',
      '<p>Line<br>by line.</p>',
      'Session &#34;A&#34;',
      'Their<br>&#60;words&#62;</blockquote>',
      'href="https://example.org/x?a=1&#38;b=%22%3E%3Cscript%3E"',
      'Sent by &#60;us&#62;',
    ]) {
      expect(parts.html).toContain(shown);
    }
    expect(parts.html).not.toMatch(/<(script|words|b|us|Ada)>/);
    expect(parts.html).not.toContain('Track');
  });

  it('needs nothing but a title', () => {
    const { html } = layOut({ title: 'T', blocks: [facts({})] });
    expect(html).not.toMatch(/<a |<table|<p/);
  });

  it('keeps the signs of French where they belong, but not in the words of others', () => {
    const parts = layOut({
      language: 'fr',
      title: 'Nouveau : « Zorb »',
      blocks: [facts({ Titre: 'Zorb : un' }), quote('Zorb : deux'), button('Voir', 'https://example.org/')],
      footer: 'Vu ; merci !',
    });
    expect(parts.text).toBe(
      'Nouveau\u00a0: «\u00a0Zorb\u00a0»\n\nTitre\u00a0: Zorb : un\n\n> Zorb : deux\n\nVoir\u00a0:\nhttps://example.org/\n\n-- \nVu\u00a0; merci\u00a0!\n',
    );
    expect(parts.html).toContain('<title>Nouveau\u00a0: «\u00a0Zorb\u00a0»</title>');
  });

  it('links to the web only', () => {
    expect(() => layOut({ title: 'T', blocks: [button('L', 'javascript:alert(1)')] })).toThrow('cannot link');
  });
});

describe('escapeHtml', () => {
  it('leaves nothing that ends a text or an attribute', () => {
    expect(escapeHtml(`a<b>&"'`)).toBe('a&#60;b&#62;&#38;&#34;&#39;');
  });
});
