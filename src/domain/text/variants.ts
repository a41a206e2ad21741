/**
 * Characters that people write for one another and that the traditional → simplified table leaves apart.
 * One character stands for one character, whatever its neighbours: only so is every part of a folded text
 * the folding of that part, which is what makes a search for any piece of a text complete.
 */
const pairs = [
  // 帳/帐 for 账 (accounts), 紀/纪 for 记 (录, 要): the table keeps both written forms.
  '帐账 纪记',
  // Written differently in Taiwan and Hong Kong than on the mainland.
  '妳你 牠它 祂他 著着 甚什 衹只 祇只 姊姐 麽么 砲炮 佈布 佔占 週周 裏里 唸念 馀余 锺钟 産产 説说 戶户',
  // Japanese letters of the same word as the Chinese ones are left alone: they are other words.
  // Letters whose stroke or dot is not a combining mark; the Turkish i; Greek final sigma; Russian ё.
  'øo łl đd ıi ςσ ёе',
  // Every dash is a hyphen: phone numbers are written with all of them.
  '‐- ‑- ‒- –- —- ―- −-',
].join(' ')

export const variantOf: ReadonlyMap<string, string> = new Map(
  pairs
    .split(' ')
    .map((pair) => [...pair] as [string, string])
    .filter(([from, to]) => from !== to),
)
