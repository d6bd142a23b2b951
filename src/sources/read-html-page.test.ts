import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readHtmlPage } from './read-html-page.ts';

describe('a page', () => {
  const pages: readonly [says: string, html: string, tables: readonly (readonly (readonly string[])[])[]][] = [
    ['cells without their tags', '<table><tr><td> <a href="#">KB5</a> <b>x</b></td></tr></table>', [[['KB5 x']]]],
    [
      'end tags may lack',
      '<table><tr><th>a<th>b<tr><td>1<td>2</table>',
      [
        [
          ['a', 'b'],
          ['1', '2'],
        ],
      ],
    ],
    ['capitals', '<TABLE><TR><TD>a</TD></TR></TABLE>', [[['a']]]],
    [
      'entities',
      '<table><tr><td>a &bull; b&nbsp;c &#8212; &amp;lt;&eacute;</td></tr></table>',
      [[['a • b c — &lt;é']]],
    ],
    ['line breaks are blanks', '<table><tr><td>a<br>b<br/>c\n d</td></tr></table>', [[['a b c d']]]],
    [
      'a table in a cell is one of its own',
      '<table><tr><td>a<table><tr><td>b</td></tr></table></td><td>c</td></tr></table>',
      [[['a', 'c']], [['b']]],
    ],
    [
      'what scripts, comments and attributes say is no cell',
      '<script>"<table><tr><td>a"</script><!--<table>--><p title="<table>"><table><tr><td>b</td></tr></table>',
      [[['b']]],
    ],
    ['a row outside a table is none', '<tr><td>a</td></tr>', []],
    ['a cell that is too long is cut', `<table><tr><td>${'x'.repeat(9000)}</td></tr></table>`, [[['x'.repeat(2000)]]]],
  ];
  for (const [says, html, tables] of pages)
    it(says, async () => assert.deepEqual((await readHtmlPage(html)).tables, tables));

  it('has names in its head: the first of each counts', async () => {
    const html =
      '<META content="1" NAME="Updated_At"><meta name="updated_at" content="2"><meta name=a><meta content=b>';
    assert.deepEqual([...(await readHtmlPage(html)).meta], [['updated_at', '1']]);
  });

  const refused: readonly [says: string, html: string, reason: RegExp][] = [
    ['elements that nest without end', '<i>'.repeat(201), /nest deeper than 200/],
    ['cells without end', `<table><tr>${'<td>'.repeat(500_000)}`, /more than 500000 tables, rows and cells/],
    ['a page larger than any', ' '.repeat(17_000_000), /more than any page/],
  ];
  for (const [says, html, reason] of refused) it(says, () => assert.rejects(readHtmlPage(html), reason));
});
