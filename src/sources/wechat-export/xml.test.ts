import { describe, expect, test } from 'vitest'
import { attributeOf, parseXml, textAt } from './xml.ts'

test('reads elements, attributes, text, CDATA and the entities of XML', () => {
  const xml = parseXml(
    '<?xml version="1.0"?>\n<msg a="1 &amp; 2" b=\'x\'><t>A &lt;b&gt; &#20320;</t><u><![CDATA[<raw>&amp;]]></u><v/></msg>',
  )
  expect(attributeOf(xml, 'a')).toBe('1 & 2')
  expect(attributeOf(xml, 'b')).toBe('x')
  expect(textAt(xml, 't')).toBe('A <b> 你')
  expect(textAt(xml, 'u')).toBe('<raw>&amp;')
  expect(textAt(xml, 'v')).toBe('')
})

describe('hostile XML', () => {
  test('with entities of its own is refused, not expanded', () => {
    const bomb = '<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><msg>&b;</msg>'
    expect(parseXml(bomb)).toBeNull()
    expect(parseXml('<msg>&b; &unknown;</msg>')?.text).toBe('&b; &unknown;')
    expect(parseXml('<!DOCTYPE m SYSTEM "file:///etc/hostname"><msg/>')).toBeNull()
  })

  test('of absurd depth, size or number of elements is refused', () => {
    expect(parseXml('<a>'.repeat(100_000))).toBeNull()
    expect(parseXml(`${'<a>'.repeat(200)}${'</a>'.repeat(200)}`)).toBeNull()
    expect(parseXml(`<a>${'<b/>'.repeat(100_000)}</a>`)).toBeNull()
    expect(parseXml(`<a>${'x'.repeat(3_000_000)}</a>`)).toBeNull()
  })

  test('that never ends, or is wrong, answers null in linear time', () => {
    for (const piece of ['<a b="', '<![CDATA[', '<!--', '</', '<a ', "<a b='c' ", '&#x', '<?', ']]>']) {
      const started = performance.now()
      expect(parseXml(`<m>${piece.repeat(150_000)}`)).toBeNull()
      expect(performance.now() - started).toBeLessThan(5_000)
    }
  })

  test('cannot reach the prototypes of objects', () => {
    const xml = parseXml('<msg __proto__="x" constructor="y"><toString>z</toString></msg>')
    expect(attributeOf(xml, 'hasOwnProperty')).toBe('')
    expect(Object.getPrototypeOf(xml!.attributes)).toBe(Object.prototype)
    expect(textAt(xml, 'tostring')).toBe('z')
  })

  test('writes no characters that XML forbids', () => {
    expect(parseXml('<m>a&#0;&#xD800;&#x110000;b</m>')?.text).toBe('a&#0;&#xD800;&#x110000;b')
  })
})
