import { describe, expect, it } from '@jest/globals';
import { escapeHtml, layout } from './layout.ts';

describe('layout', () => {
  it('says the same in both parts and escapes everything in HTML', () => {
    const { text, html } = layout({
      title: 'Hello <Ada>',
      paragraphs: ['One & two.', 'Line\nby line.'],
      action: { label: 'Go "there"', url: 'https://example.org/x?a=1&b="><script>' },
    });
    expect(text).toBe('Hello <Ada>\n\nOne & two.\n\nLine\nby line.\n\nGo "there":\nhttps://example.org/x?a=1&b=%22%3E%3Cscript%3E\n');
    expect(html).toContain('<title>Hello &#60;Ada&#62;</title>');
    expect(html).toContain('<p>One &#38; two.</p>');
    expect(html).toContain('<p>Line<br>by line.</p>');
    expect(html).toContain('href="https://example.org/x?a=1&#38;b=%22%3E%3Cscript%3E"');
    expect(html).not.toContain('<script');
  });

  it('needs no action', () => {
    expect(layout({ title: 'T', paragraphs: [] }).html).not.toContain('<a ');
  });

  it('links to the web only', () => {
    expect(() => layout({ title: 'T', paragraphs: [], action: { label: 'L', url: 'javascript:alert(1)' } })).toThrow('cannot link');
  });
});

describe('escapeHtml', () => {
  it('leaves nothing that ends a text or an attribute', () => {
    expect(escapeHtml(`a<b>&"'`)).toBe('a&#60;b&#62;&#38;&#34;&#39;');
  });
});
